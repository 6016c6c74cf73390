namespace Dream.ML.Benchmarks.Quality;

/// <summary>What methods make of the photos of a folder.</summary>
sealed record PhotoSet(string Name, int Photos, IReadOnlyDictionary<string, Score> Rows)
{
    /// <summary>Measures methods photo by photo, and keeps what each made next to the original where a folder is named.</summary>
    internal static PhotoSet Measure(
        DirectoryInfo folder, int scale, (double Share, int Seed)? heldBack, IReadOnlyList<Method> methods, FeatureDistance? features, string? sheets)
    {
        var name = folder.Name == "HR" ? folder.Parent!.Name : folder.Name;
        var pairs = PhotoPair.ReadFolder(folder.FullName, scale, heldBack);
        var scores = methods.ToDictionary(method => method.Name, _ => new List<Score>());
        foreach (var pair in pairs)
        {
            var results = methods.Select(method => method.Upscale(pair)).ToArray();
            foreach (var (method, upscaled) in methods.Zip(results))
                scores[method.Name].Add(Score.Of(upscaled, pair, scale, features));
            if (sheets is not null)
                Sheet.Save(Path.Combine(sheets, name, $"{pair.Name}.png"), [.. results, pair.High]);
        }
        return new(name, pairs.Length, scores.ToDictionary(row => row.Key, row => Score.Mean(row.Value)));
    }

    internal string Table() => string.Join('\n',
        [Score.Header($"{Name}, {Photos} photos"), .. Rows.Select(row => row.Value.Row(row.Key))]);
}
