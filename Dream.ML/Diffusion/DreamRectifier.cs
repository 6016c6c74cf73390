using static TorchSharp.torch;

namespace Dream.ML;

/// <summary>
/// DREAM's change to diffusion training (Zhou et al., CVPR 2024, Algorithm 3), for networks of every parameterization.
/// </summary>
/// <remarks>
/// While sampling, a network works on its own earlier estimates; while training, on the truth. DREAM closes that gap:
/// it blends the network's own estimate x̂0 into the truth, re-noises the blend with the same noise, and still asks for the truth:
/// <code>
/// λ = s^p,   ỹ = a·(x0 + λ·(x̂0 − x0)) + s·ε,   target: the output whose clean signal at ỹ is x0
/// </code>
/// It costs one extra forward pass without gradient. The condition (the low-resolution image) is never touched.
/// <example>
/// Three lines change in a training loop of one's own:
/// <code>
/// var dream = new DreamRectifier(power: 1);
/// var (input, target) = dream.Rectify(network, (y, g) =&gt; network.forward(condition, y, g), x0, noise, level);
/// var loss = (network.forward(condition, input, level) - target).abs().mean();
/// </code>
/// </example>
/// </remarks>
public sealed class DreamRectifier
{
    /// <summary>Creates a rectifier.</summary>
    /// <param name="power">
    /// p in [0, ∞]: how fast λ = s^p falls with the noise. 1 is the paper's default; 0 rectifies fully at every
    /// level (least distortion, softest picture); <see cref="double.PositiveInfinity"/> is standard training without the extra pass.
    /// </param>
    /// <param name="parameterization">What the network outputs.</param>
    /// <param name="process">How noise is added; <see cref="ForwardProcess.VariancePreserving"/> unless given.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="power"/> is negative or not a number.</exception>
    public DreamRectifier(double power = 1, Parameterization parameterization = Parameterization.Epsilon, ForwardProcess? process = null)
    {
        if (double.IsNaN(power) || power < 0)
            throw new ArgumentOutOfRangeException(nameof(power), power, "DREAM's power p lies in [0, ∞]: 1 is the paper's default, ∞ is standard training.");
        (Power, Parameterization, Process) = (power, parameterization, process ?? ForwardProcess.VariancePreserving);
    }

    /// <summary>p in [0, ∞].</summary>
    public double Power { get; }

    /// <summary>What the network outputs.</summary>
    public Parameterization Parameterization { get; }

    /// <summary>How noise is added.</summary>
    public ForwardProcess Process { get; }

    /// <summary>Makes the training pair of one batch.</summary>
    /// <param name="network">
    /// The network that <paramref name="predict"/> runs: switched to evaluation mode for the extra pass, each of its modules
    /// returned to the mode it was in, also after an exception.
    /// </param>
    /// <param name="predict">Runs the network on (noisy signal, noise level), with the condition it closes over.</param>
    /// <param name="clean">x0 in network units, (B, ...).</param>
    /// <param name="noise">ε ~ N(0, I), (B, ...).</param>
    /// <param name="noiseLevel">In (0, 1], (B).</param>
    public RectifiedPair Rectify(nn.Module network, Func<Tensor, Tensor, Tensor> predict, Tensor clean, Tensor noise, Tensor noiseLevel)
    {
        using var scope = NewDisposeScope();
        using var constants = no_grad();
        var noisy = Process.AddNoise(clean, noise, noiseLevel);
        var target = Process.ToTarget(Parameterization, clean, noise, noiseLevel);
        if (double.IsFinite(Power))
        {
            var output = PredictInEvaluationMode(network, predict, noisy, noiseLevel);
            (noisy, target) = Process.Blend(Parameterization, output, noisy, target, noiseLevel, Power);
        }

        // A target that is the caller's own tensor (x0 or ε as given) must not be moved between scopes, disposed with ours
        // or bring its gradient.
        if (ReferenceEquals(target, clean) || ReferenceEquals(target, noise))
            target = target.detach();
        return new(noisy.MoveToOuterDisposeScope(), target.MoveToOuterDisposeScope());
    }

    static Tensor PredictInEvaluationMode(nn.Module network, Func<Tensor, Tensor, Tensor> predict, Tensor noisy, Tensor noiseLevel)
    {
        // Parents come before their children, so restoring in this order ends with every module's own mode.
        var modes = new[] { network }.Concat(network.modules()).Select(module => (module, module.training)).ToArray();
        network.eval();
        try
        {
            return predict(noisy, noiseLevel);
        }
        finally
        {
            foreach (var (module, training) in modes)
                module.train(training);
        }
    }
}
