namespace Dream.ML;

/// <summary>The models that come with this package, ready to use and to train further.</summary>
public static class DreamModels
{
    /// <summary>
    /// <c>photo-4x-real</c>: photos as phones take them and web pages keep them, with blur, noise and JPEG, enlarged 4 times.
    /// </summary>
    public static PretrainedModel Photo4xReal { get; } = Embedded("photo-4x-real", "Photos with blur, noise and JPEG, enlarged 4 times.");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<PretrainedModel> All { get; } = [Photo4xReal];

    /// <summary>Finds a model by its name.</summary>
    /// <param name="name">The name, such as <c>photo-4x-real</c>, in upper or lower case.</param>
    /// <returns>The model, or <c>null</c> where none is called so.</returns>
    public static PretrainedModel? Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return All.FirstOrDefault(model => model.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
    }

    static PretrainedModel Embedded(string name, string description) =>
        new(name, description, () => typeof(DreamModels).Assembly.GetManifestResourceStream($"{name}.safetensors")!);
}
