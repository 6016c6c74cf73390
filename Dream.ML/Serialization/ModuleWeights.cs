using TorchSharp;

namespace Dream.ML.Serialization;

/// <summary>Moves the weights of a module, on whatever device, to and from safetensors entries of the same names.</summary>
static class ModuleWeights
{
    const int MaxListed = 5;

    /// <summary>Copies the state dict to the CPU in single precision.</summary>
    internal static IReadOnlyList<SafetensorsTensor> Collect(torch.nn.Module module)
    {
        using var scope = torch.NewDisposeScope();
        return [.. module.state_dict().Select(pair => SafetensorsTensor.FromTensor(pair.Key, pair.Value.detach().to(torch.float32)))];
    }

    /// <summary>Overwrites every weight of the module in place, or none when names or shapes do not agree.</summary>
    /// <exception cref="InvalidDataException">Weights are missing, left over or of another shape.</exception>
    internal static void Restore(torch.nn.Module module, SafetensorsFile file)
    {
        var state = module.state_dict();
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

        using var noGrad = torch.no_grad();
        foreach (var (name, target) in state)
        {
            using var scope = torch.NewDisposeScope();
            target.copy_(file.Tensors[name].ToTensor());
        }
    }
}
