using System.Text.Json;
using System.Text.Json.Serialization;
using Dream.ML.Benchmarks.Workload;
using Dream.ML.Imaging.Degradation;

namespace Dream.ML.Benchmarks.Quality;

/// <summary>What a model card states in numbers and pictures, between two marks in its text.</summary>
sealed record ModelCard(string Command, IReadOnlyList<PhotoSet> Sets, IReadOnlyDictionary<string, double> Milliseconds)
{
    internal const int Rounds = 11;

    const string Begin = "<!-- measured -->", End = "<!-- /measured -->";

    // Of the sample photos that nothing is trained on, four such squares fit a small picture.
    const int PictureSide = 192;

    /// <summary>The text with room for the numbers.</summary>
    /// <exception cref="InvalidOperationException">The card lacks the marks.</exception>
    internal static (string Before, string After) Read(FileInfo card)
    {
        var text = File.ReadAllText(card.FullName);
        var (begin, end) = (text.IndexOf(Begin, StringComparison.Ordinal), text.IndexOf(End, StringComparison.Ordinal));
        return begin >= 0 && end > begin ? (text[..(begin + Begin.Length)], text[end..])
            : throw new InvalidOperationException($"{card.FullName} has no place for the numbers: lines '{Begin}' and '{End}'.");
    }

    /// <summary>Writes the tables into the card, and the numbers as JSON next to it.</summary>
    internal void Write(FileInfo card, string? picture)
    {
        var (before, after) = Read(card);
        var times = string.Join(", ", Milliseconds.Select(time => $"{time.Key} {time.Value:0} ms"));
        File.WriteAllText(card.FullName, string.Join("\n\n",
        [
            before, .. Sets.Select(set => set.Table()),
            $"128×128 pixels, by turns on {Environment.ProcessorCount} cores, median of {Rounds}: {times}.",
            $"`{Command}`", .. picture is null ? Array.Empty<string>() : [picture], after,
        ]));
        File.WriteAllText(Path.ChangeExtension(card.FullName, ".json"), JsonSerializer.Serialize(this, ModelCardJson.Default.ModelCard) + "\n");
    }

    /// <summary>What methods make of sample photos, as a picture next to the card.</summary>
    /// <returns>The picture in Markdown.</returns>
    internal static string SavePicture(FileInfo card, DreamSuperResolutionTransformer model, IReadOnlyList<Method> methods)
    {
        // Models that keep the input's colors are trained on clean reductions.
        var isForCleanPhotos = model.Sampling.ColorFidelity == true;
        var degrader = new ImageDegrader(model.Scale == 1 ? DegradationSettings.CompressionAndNoise : DegradationSettings.Blind);
        var rows = PhotoFiles.Of(Path.Combine(AppContext.BaseDirectory, "Data", "evaluate")).Select(path =>
        {
            var pair = PhotoPair.Reduced(path, model.Scale);
            if (!isForCleanPhotos)
                pair = pair with { Low = degrader.Degrade(pair.High, model.Scale, pair.High.Key(seed: 1)) };
            var (left, top) = ((pair.High.Width - PictureSide) / 2, (pair.High.Height - PictureSide) / 2);
            return methods.Select(method => method.Upscale(pair)).Append(pair.High)
                .Select(image => image.CropColors(left, top, PictureSide, PictureSide)).ToArray();
        }).ToArray();
        var file = $"{Path.GetFileNameWithoutExtension(card.Name)}.jpg";
        Sheet.Save(Path.Combine(card.DirectoryName!, file), rows);
        var columns = $"{string.Join(", ", methods.Select(method => method.Name))}, original";
        return $"![{columns}]({file})\n\n*From left to right: {columns}; the input was {(isForCleanPhotos ? "reduced" : model.Scale == 1 ? "made noisy and compressed" : "blurred, reduced, made noisy and compressed")}.*";
    }
}

[JsonSourceGenerationOptions(
    WriteIndented = true, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ModelCard))]
sealed partial class ModelCardJson : JsonSerializerContext;
