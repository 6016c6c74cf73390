using Dream.ML.IO;
using static TorchSharp.torch;

namespace Dream.ML.Torch;

/// <summary>Moves named tensors, on whatever device, to and from safetensors entries of the same names.</summary>
static class ModuleWeights
{
    /// <summary>Copies the state dict to the CPU, in single precision.</summary>
    internal static IReadOnlyList<SafetensorsTensor> Collect(nn.Module module) => Collect(Named(module));

    /// <inheritdoc cref="Collect(nn.Module)"/>
    internal static IReadOnlyList<SafetensorsTensor> Collect(IEnumerable<(string Name, Tensor Tensor)> state)
    {
        using var scope = NewDisposeScope();
        return [.. state.Select(entry => SafetensorsTensor.FromTensor(entry.Name, entry.Tensor.detach().to(ScalarType.Float32)))];
    }

    /// <summary>
    /// Overwrites every weight of the module in place, whatever the precision in the file, or none when they do not fit.
    /// </summary>
    /// <exception cref="InvalidDataException">Weights are missing, left over, of another shape or not finite.</exception>
    internal static void Restore(nn.Module module, SafetensorsFile file) => Restore(Named(module), file);

    /// <inheritdoc cref="Restore(nn.Module, SafetensorsFile)"/>
    internal static void Restore(IEnumerable<(string Name, Tensor Tensor)> named, SafetensorsFile file)
    {
        var state = named.ToList();
        RequireFit(state, file);
        using var noGrad = no_grad();
        foreach (var (name, target) in state)
        {
            using var scope = NewDisposeScope();
            target.copy_(file.Tensors[name].ToTensor());
        }
    }

    /// <summary>Checks all that <see cref="Restore(IEnumerable{ValueTuple{string, Tensor}}, SafetensorsFile)"/> asks for.</summary>
    /// <exception cref="InvalidDataException">Weights are missing, left over, of another shape or not finite.</exception>
    internal static void RequireFit(IEnumerable<(string Name, Tensor Tensor)> named, SafetensorsFile file)
    {
        WeightCheck.RequireFit(
            named.ToDictionary(entry => entry.Name, entry => entry.Tensor.shape),
            file.Tensors.ToDictionary(entry => entry.Key, entry => entry.Value.Shape));
        WeightCheck.RequireFinite(file.Tensors.Values);
    }

    static IEnumerable<(string, Tensor)> Named(nn.Module module) => module.state_dict().Select(entry => (entry.Key, entry.Value));
}
