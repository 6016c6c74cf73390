using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Dream.ML.Training;

/// <summary>
/// Adam (Kingma and Ba 2015) with gradient clipping and an exponential moving average (EMA) of the weights.
/// One compiled call updates all parameters: TorchSharp's own optimizer makes some eight native calls for each.
/// </summary>
sealed class AdamOptimizer : IDisposable
{
    const double LongestGradient = 1;

    // An update with a gradient that is not finite is skipped inside the kernel (found_inf), without a round trip to the host.
    const string Script =
        """
        def update(ps: List[Tensor], gs: List[Tensor], ms: List[Tensor], vs: List[Tensor], averages: List[Tensor],
                   steps: List[Tensor], none: List[Tensor], lr: float, longest: float, decay: float) -> Tensor:
            norm = torch.norm(torch.stack(torch._foreach_norm(gs)))
            skip = 1.0 - torch.isfinite(norm).float()
            torch._foreach_mul_(gs, torch.clamp(longest / (norm + 1e-6), max=1.0))
            torch._foreach_add_(steps, 1.0 - skip)
            torch._fused_adam_(ps, gs, ms, vs, none, steps, lr=lr, beta1=0.9, beta2=0.999, weight_decay=0.0, eps=1e-8,
                               amsgrad=False, maximize=False, grad_scale=None, found_inf=skip)
            torch._foreach_lerp_(averages, ps, 1.0 - decay)
            torch._foreach_zero_(gs)
            return norm

        """;

    readonly jit.CompilationUnit _compiled = jit.compile(Script);
    readonly Parameter[] _parameters;
    readonly Tensor[] _gradients;
    readonly Tensor[] _firstMoments;
    readonly Tensor[] _secondMoments;
    readonly Tensor[] _averages;
    readonly Tensor[] _steps;
    readonly double _emaDecay;
    int _updates;

    internal AdamOptimizer(nn.Module network, double emaDecay)
    {
        using var scope = NewDisposeScope();
        using var constants = no_grad();
        _emaDecay = emaDecay;
        _parameters = [.. network.parameters()];
        foreach (var parameter in _parameters)
            parameter.grad = zeros_like(parameter);
        _gradients = [.. _parameters.Select(parameter => parameter.grad!)];
        _firstMoments = Each(parameter => zeros_like(parameter));
        _secondMoments = Each(parameter => zeros_like(parameter));
        _averages = Each(parameter => parameter.detach().clone());
        _steps = Each(parameter => zeros([], device: parameter.device));

        foreach (var state in State)
            state.DetachFromDisposeScope();

        Tensor[] Each(Func<Tensor, Tensor> make) => [.. _parameters.Select(make)];
    }

    IEnumerable<Tensor> State => [.. _gradients, .. _firstMoments, .. _secondMoments, .. _averages, .. _steps];

    /// <summary>Applies the gradients gathered since the last call, and clears them.</summary>
    /// <returns>Length of the gradient before clipping; not finite when the update was skipped.</returns>
    internal double Update(double learningRate)
    {
        using var scope = NewDisposeScope();
        using var constants = no_grad();
        _updates++;
        // The average of a young run forgets its random start quickly.
        var decay = Math.Min(_emaDecay, (1.0 + _updates) / (10 + _updates));
        return ((Tensor)_compiled.invoke(
            "update", _parameters, _gradients, _firstMoments, _secondMoments, _averages, _steps, Array.Empty<Tensor>(),
            learningRate, LongestGradient, decay)).item<float>();
    }

    /// <summary>Puts the averaged weights, which upscale better than the last ones, into the network.</summary>
    internal void ApplyAverages()
    {
        using var constants = no_grad();
        foreach (var (parameter, average) in _parameters.Zip(_averages))
            parameter.copy_(average);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var parameter in _parameters)
            parameter.grad = null;
        foreach (var state in State)
            state.Dispose();
        _compiled.Dispose();
    }
}
