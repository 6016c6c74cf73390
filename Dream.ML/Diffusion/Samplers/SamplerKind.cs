namespace Dream.ML;

/// <summary>How noise is turned into a picture, step by step.</summary>
public enum SamplerKind
{
    /// <summary>Ancestral sampling from the posterior (the paper's sampler; DDPM, Ho et al. 2020).</summary>
    Ancestral,

    /// <summary>DDIM (Song et al. 2021): deterministic at η = 0, close to ancestral at η = 1.</summary>
    Ddim,

    /// <summary>DPM-Solver++(2M) (Lu et al. 2022): deterministic, second order, good with few steps.</summary>
    DpmSolverPlusPlus,
}
