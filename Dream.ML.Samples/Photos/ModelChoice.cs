using System.CommandLine.Parsing;
using Dream.ML.IO;

namespace Dream.ML.Samples.Photos;

/// <summary>Which model to use: a ready-made one by its name, a file, or the one that suits the pictures.</summary>
static class ModelChoice
{
    internal const string Auto = "auto";

    const int MaxSample = 16;

    internal static string[] All { get; } = [.. DreamModels.All.Select(model => model.Name)];

    internal static string Names => string.Join(", ", All);

    /// <summary>Refuses what is neither the name of a ready-made model nor a file.</summary>
    internal static void Check(SymbolResult result, string? given)
    {
        if (given is not null && DreamModels.Find(given) is null && !File.Exists(given))
            result.AddError($"There is no model '{given}'. Give a model file, or a ready-made model: {Names}.");
    }

    internal static PretrainedModel Named(string given)
    {
        if (DreamModels.Find(given) is { } readyMade)
            return readyMade;
        RegularFile.ThrowIfOther(given);
        return PretrainedModel.FromFile(Path.GetFullPath(given));
    }

    /// <summary>The model for some pictures, the same for all, so that the results look alike: judged by up to 16 of them.</summary>
    /// <param name="pictures">The pictures.</param>
    /// <param name="scale">How many times wider and higher they are to become.</param>
    internal static ModelSuggestion For(IReadOnlyList<PhotoFile> pictures, double scale)
    {
        List<ModelSuggestion> suggestions = [];
        var count = Math.Min(pictures.Count, MaxSample);
        PhotoFile.ForEach(Enumerable.Range(0, count).Select(i => pictures[(i * pictures.Count + count - 1) / count]), picture =>
        {
            using var image = picture.Open();
            suggestions.Add(DreamModels.Suggest(image, scale <= 1 ? 1 : scale <= 2 ? 2 : 4));
        });
        if (suggestions.Count == 0)
            return new(DreamModels.Photo4xReal, "no picture can be read");
        var isDamaged = suggestions.ToLookup(suggestion => suggestion.Model == DreamModels.Photo4xReal);
        // A clean picture loses less with the model for damaged ones than the other way round.
        ModelSuggestion[] chosen = [.. isDamaged[4 * isDamaged[true].Count() >= suggestions.Count]];
        return suggestions.Count == 1
            ? suggestions[0]
            : chosen[0] with { Reason = $"so for {chosen.Length} of {suggestions.Count} pictures looked at, such as the first of them: {chosen[0].Reason}" };
    }
}
