using Dream.ML.IO;
using static TorchSharp.torch;

namespace Dream.ML.Torch;

/// <summary>Moves named tensors, on whatever device, to and from safetensors entries of the same names.</summary>
static class ModuleWeights
{
    const int MaxListed = 5;

    /// <summary>Copies the state dict to the CPU.</summary>
    internal static IReadOnlyList<SafetensorsTensor> Collect(nn.Module module, ScalarType type = ScalarType.Float32) =>
        Collect(Named(module), type);

    /// <inheritdoc cref="Collect(nn.Module, ScalarType)"/>
    internal static IReadOnlyList<SafetensorsTensor> Collect(
        IEnumerable<(string Name, Tensor Tensor)> state, ScalarType type = ScalarType.Float32)
    {
        using var scope = NewDisposeScope();
        return [.. state.Select(entry => SafetensorsTensor.FromTensor(entry.Name, entry.Tensor.detach().to(type)))];
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
        RequireFit(
            named.ToDictionary(entry => entry.Name, entry => entry.Tensor.shape),
            file.Tensors.ToDictionary(entry => entry.Key, entry => entry.Value.Shape));
        if (file.Tensors.Values.FirstOrDefault(tensor => !tensor.IsFinite()) is { } broken)
            throw new InvalidDataException($"The weights '{broken.Name}' are not all finite numbers.");
    }

    /// <summary>Compares names and shapes, which takes no weights.</summary>
    /// <exception cref="InvalidDataException">Some are missing, left over or other ones.</exception>
    internal static void RequireFit(IReadOnlyDictionary<string, long[]> expected, IReadOnlyDictionary<string, long[]> actual)
    {
        string[] problems =
        [
            .. expected.Keys.Where(name => !actual.ContainsKey(name)).Select(name => $"'{name}' is missing"),
            .. actual.Keys.Where(name => !expected.ContainsKey(name)).Select(name => $"'{name}' has no place in the network"),
            .. actual.Where(tensor => expected.TryGetValue(tensor.Key, out var shape) && !shape.SequenceEqual(tensor.Value))
                .Select(tensor => $"'{tensor.Key}' is [{string.Join(", ", tensor.Value)}], not [{string.Join(", ", expected[tensor.Key])}]"),
        ];
        if (problems.Length > 0)
            throw new InvalidDataException(
                $"The weights do not fit the network: {string.Join("; ", problems.Take(MaxListed))}{(problems.Length > MaxListed ? $"; and {problems.Length - MaxListed} more" : "")}.");
    }

    static IEnumerable<(string, Tensor)> Named(nn.Module module) => module.state_dict().Select(entry => (entry.Key, entry.Value));
}
