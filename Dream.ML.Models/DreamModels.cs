using Microsoft.ML.Data;

namespace Dream.ML;

/// <summary>The models that come with this package, ready to use and to train further.</summary>
public static class DreamModels
{
    /// <summary>
    /// <c>photo-4x-real</c>: photos as phones take them and web pages keep them, with blur, noise and JPEG, enlarged 4 times.
    /// </summary>
    public static PretrainedModel Photo4xReal { get; } = Embedded("photo-4x-real", "Photos with blur, noise and JPEG, enlarged 4 times.");

    /// <summary><c>photo-4x</c>: clean, sharp photos, enlarged 4 times.</summary>
    public static PretrainedModel Photo4x { get; } = Embedded("photo-4x", "Clean, sharp photos, enlarged 4 times.");

    /// <summary><c>photo-2x</c>: clean, sharp photos, enlarged twice.</summary>
    public static PretrainedModel Photo2x { get; } = Embedded("photo-2x", "Clean, sharp photos, enlarged twice.");

    /// <summary><c>photo-1x-clean</c>: photos with JPEG blocks and noise, cleaned at the size that they have.</summary>
    public static PretrainedModel Photo1xClean { get; } = Embedded("photo-1x-clean", "Photos with JPEG blocks and noise, cleaned at their size.");

    /// <summary>
    /// <c>faces-8x</c>: portraits of about 16×16 pixels with the eyes level, enlarged 8 times; the paper's own task, for experiments.
    /// It draws what faces usually look like: nobody may be identified by its results.
    /// </summary>
    public static PretrainedModel Faces8x { get; } = Embedded("faces-8x", "Portraits of about 16×16 pixels, enlarged 8 times, for experiments.");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<PretrainedModel> All { get; } = [Photo4xReal, Photo4x, Photo2x, Photo1xClean, Faces8x];

    /// <summary>Finds a model by its name.</summary>
    /// <param name="name">The name, such as <c>photo-4x-real</c>, in upper or lower case.</param>
    /// <returns>The model, or <c>null</c> where none is called so.</returns>
    public static PretrainedModel? Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return All.FirstOrDefault(model => model.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>
    /// Suggests a model for a picture: <c>photo-4x-real</c> where it shows JPEG blocks, noise or blur, and where nothing can be told;
    /// <c>photo-4x</c>, or <c>photo-2x</c> for a scale of 2, where it is clean; at a scale of 1 always <c>photo-1x-clean</c>.
    /// </summary>
    /// <param name="image">The picture; it stays the caller's. Some milliseconds are enough, whatever its size.</param>
    /// <param name="scale">
    /// How many times wider and higher it is to become: 1, 2 or 4. <c>photo-4x-real</c> has 4 alone; give it
    /// <see cref="SamplingSettings.OutputScale"/> for 2.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">No model for photos has that scale; the message names those there are.</exception>
    /// <example>
    /// <code>
    /// using var photo = ImageFiles.Read("photo.jpg");
    /// var suggestion = DreamModels.Suggest(photo);
    /// Console.WriteLine(suggestion.Reason);
    /// using var dream = suggestion.Model.Load();
    /// </code>
    /// </example>
    public static ModelSuggestion Suggest(MLImage image, int scale = 4)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (scale is not (1 or 2 or 4))
            throw new ArgumentOutOfRangeException(nameof(scale), scale, $"No ready-made model for photos has this scale; there are {string.Join(", ", All)}.");
        var damage = PictureDamage.Measure(image);
        if (scale == 1)
            return new(Photo1xClean, damage is { } measured ? measured.Finding ?? "no JPEG blocks, noise or blur: little to clean" : "too small or too flat to tell");
        return damage switch
        {
            null => new(Photo4xReal, "too small or too flat to tell"),
            { Finding: { } finding } => new(Photo4xReal, finding),
            _ => new(scale == 2 ? Photo2x : Photo4x, "no JPEG blocks, noise or blur"),
        };
    }

    static PretrainedModel Embedded(string name, string description) =>
        new(name, description, () => typeof(DreamModels).Assembly.GetManifestResourceStream($"{name}.safetensors")!);
}
