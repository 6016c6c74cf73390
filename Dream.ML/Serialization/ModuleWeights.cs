using static TorchSharp.torch;

namespace Dream.ML.Serialization;

/// <summary>Moves named tensors, on whatever device, to and from safetensors entries of the same names.</summary>
static class ModuleWeights
{
    const int MaxListed = 5;

    /// <summary>Copies the state dict to the CPU in single precision.</summary>
    internal static IReadOnlyList<SafetensorsTensor> Collect(nn.Module module) => Collect(Named(module));

    /// <inheritdoc cref="Collect(nn.Module)"/>
    internal static IReadOnlyList<SafetensorsTensor> Collect(IEnumerable<(string Name, Tensor Tensor)> state)
    {
        using var scope = NewDisposeScope();
        return [.. state.Select(entry => SafetensorsTensor.FromTensor(entry.Name, entry.Tensor.detach().to(float32)))];
    }

    /// <summary>Overwrites every weight of the module in place, or none when names or shapes do not agree.</summary>
    /// <exception cref="InvalidDataException">Weights are missing, left over or of another shape.</exception>
    internal static void Restore(nn.Module module, SafetensorsFile file) => Restore(Named(module), file);

    /// <inheritdoc cref="Restore(nn.Module, SafetensorsFile)"/>
    internal static void Restore(IEnumerable<(string Name, Tensor Tensor)> named, SafetensorsFile file)
    {
        var state = named.ToDictionary(entry => entry.Name, entry => entry.Tensor);
        string[] problems =
        [
            .. state.Keys.Where(name => !file.Tensors.ContainsKey(name)).Select(name => $"'{name}' is missing"),
            .. file.Tensors.Keys.Where(name => !state.ContainsKey(name)).Select(name => $"'{name}' has no place in the network"),
            .. file.Tensors.Values.Where(tensor => state.TryGetValue(tensor.Name, out var target) && !target.shape.SequenceEqual(tensor.Shape))
                .Select(tensor => $"'{tensor.Name}' is [{string.Join(", ", tensor.Shape)}], not [{string.Join(", ", state[tensor.Name].shape)}]"),
        ];
        if (problems.Length > 0)
            throw new InvalidDataException(
                $"The weights do not fit the network: {string.Join("; ", problems.Take(MaxListed))}{(problems.Length > MaxListed ? $"; and {problems.Length - MaxListed} more" : "")}.");

        using var noGrad = no_grad();
        foreach (var (name, target) in state)
        {
            using var scope = NewDisposeScope();
            target.copy_(file.Tensors[name].ToTensor());
        }
    }

    static IEnumerable<(string, Tensor)> Named(nn.Module module) => module.state_dict().Select(entry => (entry.Key, entry.Value));
}
