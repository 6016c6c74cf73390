using Dream.ML.Imaging;

namespace Dream.ML.Training.Reporting;

/// <summary>The first and the latest previews of a training, as pictures in a folder with an index.</summary>
sealed class PreviewGallery
{
    internal const int MaxRows = 4;
    internal const int LatestSteps = 6;

    readonly string _folder;
    readonly JsonLines<Preview> _index;
    readonly List<Preview> _previews;

    /// <summary>Takes up what the folder holds, without what came after a step.</summary>
    internal PreviewGallery(string folder, int lastStep)
    {
        _folder = Directory.CreateDirectory(folder).FullName;
        _index = new(Path.Combine(folder, "previews.jsonl"), ReportJson.Default.Preview);
        _previews = [.. _index.Read()];
        Remove(preview => preview.Step > lastStep || !File.Exists(PathOf(preview)));
    }

    internal IReadOnlyList<Preview> Previews => _previews;

    internal string PathOf(Preview preview) => Path.Combine(_folder, preview.File);

    /// <summary>Adds the previews of a step and forgets those that became neither first nor latest.</summary>
    internal IReadOnlyList<Preview> Add(int step, IReadOnlyList<PreviewRow> rows)
    {
        var added = rows.Take(MaxRows)
            .Select((row, index) => new Preview(step, row.Name, $"step-{step:00000000}-{index + 1}.png"))
            .ToList();
        foreach (var (preview, row) in added.Zip(rows))
            using (var picture = MLImagePixels.Write(row.ToStrip()))
                picture.Save(PathOf(preview));
        _previews.RemoveAll(preview => preview.Step == step);
        _previews.AddRange(added);
        var steps = _previews.Select(preview => preview.Step).Distinct().ToList();
        var forgotten = steps.Skip(1).SkipLast(LatestSteps).ToHashSet();
        Remove(preview => forgotten.Contains(preview.Step));
        return added;
    }

    void Remove(Predicate<Preview> unwanted)
    {
        var removed = _previews.FindAll(unwanted);
        _previews.RemoveAll(unwanted);
        // The index first: it must never name a picture that is gone.
        _index.Write(_previews);
        foreach (var preview in removed)
            File.Delete(PathOf(preview));
    }
}
