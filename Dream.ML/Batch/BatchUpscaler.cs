using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Dream.ML.Batch;
using Dream.ML.Imaging.Files;
using Dream.ML.MLNet;

namespace Dream.ML;

/// <summary>Upscales a folder of image files: resumable, in parts, past files that cannot be read.</summary>
/// <remarks>
/// <para>PNG, JPEG, WebP, GIF (the first frame) and BMP files are read; EXIF turns are applied, colors converted to
/// sRGB, and EXIF, XMP and IPTC data and the resolution kept. A result appears under its name when it is complete, never
/// before: a process may be killed at any moment, and the next run makes what is missing, byte for byte as if nothing had
/// happened. No input is ever replaced, by whatever links or mounts the folders are reached.</para>
/// <para>Several processes may share an output folder, each with its own <see
/// cref="BatchUpscaleOptions.Shard"/>.</para>
/// </remarks>
public sealed class BatchUpscaler
{
    readonly ImageFileUpscaler _upscaler;
    readonly BatchUpscaleOptions _options;
    readonly Lazy<byte[]> _fingerprint;

    /// <summary>Prepares a batch.</summary>
    /// <param name="model">The model; it stays the caller's.</param>
    /// <param name="options">What to work on, and how.</param>
    public BatchUpscaler(DreamSuperResolutionTransformer model, BatchUpscaleOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentException.ThrowIfNullOrEmpty(options.InputFolder);
        ArgumentException.ThrowIfNullOrEmpty(options.OutputFolder);
        ArgumentNullException.ThrowIfNull(options.Limits);
        (_upscaler, _options) = (new(model, options.Format, options.Quality, options.Limits), options);
        _fingerprint = new(model.Fingerprint);
    }

    /// <summary>Upscales what is not finished yet.</summary>
    /// <param name="progress">
    /// Receives the state after each image, on the thread that works; what it throws ends the run. A <see cref="Progress{T}"/>
    /// passes it on to where it was created.
    /// </param>
    /// <param name="cancellation">Stops the work; what is finished stays, and the next run resumes from there.</param>
    /// <returns>What was done, and what failed.</returns>
    /// <exception cref="ArgumentException">The output folder is the input folder, by whatever path, or a listed file is
    /// outside of it.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no input folder.</exception>
    /// <exception cref="FileNotFoundException">No files are listed, and the input folder holds no images.</exception>
    /// <exception cref="IOException">The output folder cannot be used, or another process works on the same shard in
    /// it.</exception>
    /// <exception cref="OperationCanceledException">The work was stopped.</exception>
    public BatchResult Run(IProgress<BatchProgress>? progress = null, CancellationToken cancellation = default)
    {
        var shard = _options.Shard ?? new(1, 1);
        var output = Path.GetFullPath(_options.OutputFolder);
        var folder = _options.Files is { } files
            ? ImageFolder.Of(_options.InputFolder, files, output)
            : ImageFolder.Search(_options.InputFolder, output);
        var extension = ImageFileWriter.Extension(_options.Format);
        var all = folder.Images.Select(name => new BatchItem(name, BatchItem.ResultOf(name, extension))).ToList();

        using var manifest = new Manifest(output, shard);
        var ambiguous = all.GroupBy(item => item.Output, manifest.NameComparer)
            .Where(group => group.Count() > 1)
            .SelectMany(group => group)
            .ToHashSet();
        var failures = folder.Problems
            .Concat(ambiguous.Select(item => new BatchFailure
            {
                File = item.Name,
                Reason = $"Its result '{item.Output}' would also be that of another image. Rename one of them.",
            }))
            .Where(failure => shard.Contains(failure.File))
            .ToList();
        var items = all.Where(item => shard.Contains(item.Name) && !ambiguous.Contains(item)).ToList();
        var (upscaled, skipped, working) = (0, 0, TimeSpan.Zero);
        for (var done = 1; done <= items.Count; done++)
        {
            cancellation.ThrowIfCancellationRequested();
            var started = Stopwatch.GetTimestamp();
            var item = items[done - 1];
            var (outcome, notes) = Upscale(item, folder, manifest, cancellation);
            if (outcome == BatchOutcome.Upscaled)
                (upscaled, working) = (upscaled + 1, working + Stopwatch.GetElapsedTime(started));
            else if (outcome == BatchOutcome.Skipped)
                skipped++;
            else
                failures.Add(new() { File = item.Name, Reason = notes[0] });
            progress?.Report(new()
            {
                File = item.Name,
                Outcome = outcome,
                Notes = notes,
                Done = done,
                Total = items.Count,
                Remaining = upscaled == 0 ? null : working / upscaled * (items.Count - done),
            });
        }
        return new()
        {
            Upscaled = upscaled,
            Skipped = skipped,
            Failures = [.. failures.OrderBy(failure => failure.File, StringComparer.Ordinal)],
            LeftOut = [.. folder.LeftOut.Where(shard.Contains)],
        };
    }

    /// <summary>Does what <see cref="Run"/> does on a thread of the pool.</summary>
    /// <remarks>
    /// Only the caller's thread goes free: the work keeps one of the pool to its end, image after image. An image by itself uses
    /// all cores.
    /// </remarks>
    /// <inheritdoc cref="Run" path="/param|/returns|/exception"/>
    public Task<BatchResult> RunAsync(IProgress<BatchProgress>? progress = null, CancellationToken cancellation = default) =>
        Task.Run(() => Run(progress, cancellation), cancellation);

    (BatchOutcome Outcome, IReadOnlyList<string> Notes) Upscale(
        BatchItem item, ImageFolder folder, Manifest manifest, CancellationToken cancellation)
    {
        try
        {
            var target = manifest.PathOf(item.Output);
            folder.ThrowIfAmongImages(target);
            if (_options.Overwrite == OverwritePolicy.Never && File.Exists(target))
                return (BatchOutcome.Skipped, []);
            var source = Path.Combine(folder.Root, item.Name);
            var bytes = ImageFileReader.ReadBytes(source, _options.Limits);
            var key = Key(bytes);
            if (_options.Overwrite == OverwritePolicy.Changed && manifest.IsFinished(item.Output, key))
                return (BatchOutcome.Skipped, []);

            var (file, notes) = _upscaler.Upscale(bytes, source, cancellation);
            manifest.Write(item.Output, key, file);
            return (BatchOutcome.Upscaled, notes);
        }
        catch (Exception e) when (e is not (OperationCanceledException or ObjectDisposedException))
        {
            return (BatchOutcome.Failed, [e.Message]);
        }
    }

    // All that the result's bytes depend on.
    string Key(byte[] input)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(_fingerprint.Value);
        hash.AppendData(Encoding.ASCII.GetBytes(FormattableString.Invariant($"{_options.Format} {_options.Quality} ")));
        hash.AppendData(input);
        return Convert.ToHexString(hash.GetHashAndReset());
    }
}
