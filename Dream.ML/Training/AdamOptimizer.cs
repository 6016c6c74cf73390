using Dream.ML.IO;
using Dream.ML.Torch;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Dream.ML.Training;

/// <summary>
/// Adam with decoupled weight decay (Kingma and Ba 2015; Loshchilov and Hutter 2019: without decay it is Adam), gradient
/// clipping, and an exponential moving average (EMA) of the weights. One compiled call updates all parameters:
/// TorchSharp's own optimizer makes some eight native calls for each.
/// </summary>
sealed class AdamOptimizer : IDisposable
{
    // An update with a gradient that is not finite is skipped inside the kernel (found_inf), without a round trip to the
    // host. A syntax error here would end the process, not throw: it must stay a constant that the tests run.
    const string Script =
        """
        def update(ps: List[Tensor], gs: List[Tensor], ms: List[Tensor], vs: List[Tensor], averages: List[Tensor],
                   steps: List[Tensor], none: List[Tensor], lr: float, longest: float, weight_decay: float, decay: float) -> Tensor:
            norm = torch.norm(torch.stack(torch._foreach_norm(gs)))
            skip = 1.0 - torch.isfinite(norm).float()
            torch._foreach_add_(steps, 1.0 - skip)
            torch._fused_adamw_(ps, gs, ms, vs, none, steps, lr=lr, beta1=0.9, beta2=0.999, weight_decay=weight_decay, eps=1e-8,
                                amsgrad=False, maximize=False, grad_scale=torch.clamp((norm + 1e-6) / longest, min=1.0), found_inf=skip)
            torch._foreach_lerp_(averages, ps, 1.0 - decay)
            return norm

        """;

    readonly jit.CompilationUnit _compiled = jit.compile(Script);
    readonly string[] _names;
    readonly Parameter[] _parameters;
    readonly Tensor[] _firstMoments;
    readonly Tensor[] _secondMoments;
    readonly Tensor[] _averages;
    readonly Tensor[] _steps;
    readonly TrainingSettings _settings;

    internal AdamOptimizer(nn.Module network, TrainingSettings settings)
    {
        using var scope = NewDisposeScope();
        using var constants = no_grad();
        _settings = settings;
        (_names, _parameters) = ([.. network.named_parameters().Select(p => p.name)], [.. network.parameters()]);
        _firstMoments = Each(parameter => zeros_like(parameter));
        _secondMoments = Each(parameter => zeros_like(parameter));
        _averages = Each(parameter => parameter.detach().clone());
        _steps = Each(parameter => zeros([], device: parameter.device));

        foreach (var (_, tensor) in State)
            tensor.DetachFromDisposeScope();

        Tensor[] Each(Func<Tensor, Tensor> make) => [.. _parameters.Select(make)];
    }

    /// <summary>All that a later run must have to continue as this one would, by name.</summary>
    internal IEnumerable<(string Name, Tensor Tensor)> State =>
        Named("adam.first/", _firstMoments).Concat(Named("adam.second/", _secondMoments)).Concat(Named("adam.steps/", _steps)).Concat(Averages);

    /// <summary>The averaged weights, by the names of the parameters after <see cref="AveragePrefix"/>.</summary>
    internal IEnumerable<(string Name, Tensor Tensor)> Averages => Named(AveragePrefix, _averages);

    internal const string AveragePrefix = "average/";

    /// <summary>
    /// Applies the gradients gathered since the last call, and lets go of them. Parameters without one stay as they are and
    /// take their first step, with moments of their own, when they get one.
    /// </summary>
    /// <param name="step">Number of the update, from 0.</param>
    /// <returns>Length of the gradient before clipping, still on the device; not finite when the update was skipped.</returns>
    internal Tensor Update(int step)
    {
        using var scope = NewDisposeScope();
        using var constants = no_grad();
        var gradients = Array.ConvertAll(_parameters, parameter => parameter.grad);
        // The average of a young run forgets its random start quickly.
        var decay = Math.Min(_settings.EmaDecay, (2.0 + step) / (11 + step));
        // Held to the end: of a plain number TorchSharp makes a scalar that may be collected before the call has read it.
        using Scalar rate = _settings.LearningRateAt(step), clip = _settings.GradientClip, weightDecay = _settings.WeightDecay, averageDecay = decay;
        var norm = (Tensor)_compiled.invoke(
            "update", Trained(_parameters), Trained(gradients), Trained(_firstMoments), Trained(_secondMoments), Trained(_averages), Trained(_steps),
            Array.Empty<Tensor>(), rate, clip, weightDecay, averageDecay);
        ForgetGradients();
        return norm.MoveToOuterDisposeScope();

        Tensor[] Trained(Tensor?[] all) => [.. all.Where((_, i) => gradients[i] is not null).Select(tensor => tensor!)];
    }

    /// <summary>Takes over what <see cref="State"/> gave.</summary>
    internal void Restore(SafetensorsFile file) => ModuleWeights.Restore(State, file);

    /// <summary>Puts the averaged weights, which upscale better than the last ones, into the network.</summary>
    internal void ApplyAverages()
    {
        using var constants = no_grad();
        foreach (var (parameter, average) in _parameters.Zip(_averages))
            parameter.copy_(average);
    }

    /// <summary>Runs something with the averaged weights in the network, and puts the trained ones back.</summary>
    internal T WithAverages<T>(Func<T> work)
    {
        using var scope = NewDisposeScope();
        using var constants = no_grad();
        var trained = Array.ConvertAll(_parameters, parameter => parameter.detach().clone());
        try
        {
            ApplyAverages();
            return work();
        }
        finally
        {
            foreach (var (parameter, weight) in _parameters.Zip(trained))
                parameter.copy_(weight);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ForgetGradients();
        foreach (var (_, tensor) in State)
            tensor.Dispose();
        _compiled.Dispose();
    }

    // Not set to zero: the next backward pass then hands its own tensors over instead of adding them.
    void ForgetGradients()
    {
        foreach (var parameter in _parameters)
            parameter.grad = null;
    }

    IEnumerable<(string, Tensor)> Named(string prefix, Tensor[] tensors) => _names.Select(name => prefix + name).Zip(tensors);
}
