using System.CommandLine;
using System.Globalization;
using Dream.ML.Benchmarks.Workload;
using Dream.ML.MLNet;
using Dream.ML.Training.Reporting;
using Microsoft.ML;
using TorchSharp;

namespace Dream.ML.Benchmarks.Claims;

/// <summary>Does DREAM keep the paper's promises? Trains with and without it, and compares.</summary>
static class ClaimsCommand
{
    internal static Command Create()
    {
        Option<bool> quick = new("--quick") { Description = "Short runs, 2 seeds." };
        Option<bool> gpu = new("--gpu") { Description = "Long runs, and up to 2,000 sampling steps." };
        var networks = List("--networks", "sr3 (a small one) and compact, and both with ResShift's process: sr3-shifting and compact-shifting; implicit, for every scale", NetworkName);
        var powers = List("--powers", "DREAM's powers p from 0 on; inf is standard training", Power);
        var variants = List("--variants", "plain, perturbed (input perturbation) and min-snr, with either of the powers; plain unless given", VariantName);
        var scalings = List("--epsilon-scalings", "what the estimated noise is divided by, in addition to 1", Scaling);
        var seeds = List("--seeds", "seeds from 1 on", Positive);
        var steps = List("--sampling-steps", "numbers of sampling steps from 1 on; the largest is the full length", Positive);
        Option<int?> updates = new("--updates") { Description = "Training updates of a run." };
        Option<double?> minutes = new("--minutes")
        {
            Description = "Training minutes of a run, instead of updates; its first 60 updates, timed before, tell how many fit.",
        };
        Option<int?> checkpoints = new("--checkpoints") { Description = "How often each run is measured." };
        Option<int?> crops = new("--crops") { Description = "Held-out crops to measure on." };
        var photos = Folder("--photos", "train");
        var heldOut = Folder("--held-out", "measure");
        var backbone = new Option<FileInfo>("--lpips-backbone")
        {
            Description = "VGG-16's published weights as safetensors, to measure LPIPS as the paper does.",
        }.AcceptExistingOnly();
        var heads = new Option<FileInfo>("--lpips-heads")
        {
            Description = "LPIPS's published linear heads as safetensors.",
        }.AcceptExistingOnly();
        Option<int?> threads = new("--threads") { Description = "Threads that compute; all cores unless given." };
        Option<string> output = new("--output", "-o")
        {
            Description = "Folder for the results. Finished runs in it are not repeated; several processes may share it.",
            DefaultValueFactory = _ => "out/claims",
        };
        var command = new Command("claims", "Trains with and without DREAM, and compares convergence and sampling.")
        {
            quick, gpu, networks, powers, variants, scalings, seeds, updates, minutes, checkpoints, steps, crops, photos, heldOut, backbone, heads, threads, output,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(quick) && result.GetValue(gpu))
                result.AddError("--quick and --gpu exclude each other.");
            if (result.GetValue(updates) is not null && result.GetValue(minutes) is not null)
                result.AddError("--updates and --minutes exclude each other.");
            if (result.GetValue(backbone) is null != result.GetValue(heads) is null)
                result.AddError("--lpips-backbone and --lpips-heads belong together.");
            if (result.GetValue(networks)?.Contains(Candidate.Implicit) == true && result.GetValue(variants)?.Contains(Candidate.Perturbed) == true)
                result.AddError($"The variant {Candidate.Perturbed} is not for the network {Candidate.Implicit}.");
            foreach (var option in new[] { updates, checkpoints, crops, threads })
                if (result.GetValue(option) < 1)
                    result.AddError($"{option.Name} must be at least 1.");
            if (result.GetValue(minutes) <= 0)
                result.AddError("--minutes must be above 0.");
        });
        command.SetAction(result =>
        {
            var size = result.GetValue(quick) ? Protocol.Quick : result.GetValue(gpu) ? Protocol.Gpu : Protocol.Default;
            var protocol = size with
            {
                Updates = result.GetValue(updates) ?? size.Updates,
                Minutes = result.GetValue(minutes),
                Checkpoints = result.GetValue(checkpoints) ?? size.Checkpoints,
                SamplingSteps = [.. result.GetRequiredValue(steps).Or(size.SamplingSteps).Distinct().Order()],
                EpsilonScalings = result.GetRequiredValue(scalings) is { Length: > 0 } some ? some : null,
                Crops = result.GetValue(crops) ?? size.Crops,
                Photos = result.GetValue(photos)?.FullName,
                HeldOut = result.GetValue(heldOut)?.FullName,
                LpipsBackbone = result.GetValue(backbone)?.FullName,
                LpipsHeads = result.GetValue(heads)?.FullName,
                Threads = result.GetValue(threads),
            };
            var candidates =
                from seed in result.GetRequiredValue(seeds).Or(result.GetValue(quick) ? [1, 2] : [1, 2, 3])
                from network in result.GetRequiredValue(networks).Or([.. Candidate.Networks])
                from power in result.GetRequiredValue(powers).Or([double.PositiveInfinity, 0, 1, 2, 3])
                from variant in result.GetRequiredValue(variants).Or([Candidate.Plain])
                select new Candidate(network, power, variant, seed);
            Run(protocol, candidates, Path.GetFullPath(result.GetRequiredValue(output)));
        });
        return command;
    }

    static void Run(Protocol protocol, IEnumerable<Candidate> candidates, string folder)
    {
        protocol.Claim(folder);
        DreamRuntime.EnsureLoaded();
        if (protocol.Threads is { } threads)
            torch.set_num_threads(threads);
        var (training, heldOut) = (Photos(protocol.Photos, "train"), Photos(protocol.HeldOut, "evaluate"));
        using var lpips = protocol.LpipsBackbone is null ? null
            : Lpips.Load(LpipsNetwork.Vgg16, protocol.LpipsBackbone, protocol.LpipsHeads!, LpipsConvention.Dream);
        foreach (var candidate in candidates)
        {
            var crops = new HeldOutCrops(heldOut, candidate.Options(1, 1).Data(candidate.Seed), protocol.Crops, lpips);
            Once(folder, $"{candidate.Network}-{Measurement.Bicubic}", () =>
                [new(candidate.Network, Measurement.Bicubic, 0, 0, 0, 0, 0, crops.MeasureBicubic())]);
            Once(folder, candidate.Name, () => new MeasuredRun(protocol, candidate, training, crops).Measure());
            Summary.Write(folder);
        }
        Console.WriteLine($"Written: {Path.Combine(folder, "claims.md")}");
    }

    /// <summary>Measures and keeps what no other process has measured or is measuring.</summary>
    static void Once(string folder, string name, Func<List<Measurement>> measure)
    {
        var file = Path.Combine(folder, name + Summary.RunExtension);
        using var taken = TryLock(file + ".lock");
        if (taken is not null && !File.Exists(file))
            new JsonLines<Measurement>(file, ClaimsJson.Default.Measurement).Write(measure());
    }

    static FileStream? TryLock(string path)
    {
        try
        {
            return new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (IOException) when (File.Exists(path))
        {
            return null;
        }
    }

    static PhotoSource Photos(string? folder, string samples)
    {
        var rows = PhotoFiles.Of(folder ?? Path.Combine(AppContext.BaseDirectory, "Data", samples)).Select(file => new { Path = file });
        var ml = new MLContext();
        var data = ml.Data.LoadFromEnumerable(rows);
        return new(ml.Transforms.LoadPhotos("Image", "", "Path").Fit(data).Transform(data), "Image", targetColumn: null);
    }

    static Option<T[]> List<T>(string name, string what, Func<string, T> parse) => new(name)
    {
        Description = $"Some of these, with commas between: {what}.",
        HelpName = "a,b,…",
        DefaultValueFactory = _ => [],
        CustomParser = result =>
        {
            try
            {
                return [.. result.Tokens[0].Value.Split(',').Select(parse)];
            }
            catch (Exception e) when (e is FormatException or OverflowException)
            {
                result.AddError($"{name} takes {what}, with commas between, not '{result.Tokens[0].Value}'.");
                return [];
            }
        },
    };

    static Option<DirectoryInfo> Folder(string name, string use) => new Option<DirectoryInfo>(name)
    {
        Description = $"Folder of photos to {use} on, sub-folders too; the sample photos unless given.",
    }.AcceptExistingOnly();

    static T[] Or<T>(this T[] given, T[] otherwise) => given.Length > 0 ? given : otherwise;

    static string NetworkName(string text) => Candidate.Networks.Contains(text) ? text : throw new FormatException();

    static string VariantName(string text) => Candidate.Variants.Contains(text) ? text : throw new FormatException();

    static double Scaling(string text) =>
        double.Parse(text, CultureInfo.InvariantCulture) is >= 0.9 and <= 1.1 and not 1 and var scaling ? scaling : throw new FormatException();

    static double Power(string text) =>
        text == "inf" ? double.PositiveInfinity
        : double.Parse(text, CultureInfo.InvariantCulture) is >= 0 and var power ? power : throw new FormatException();

    static int Positive(string text) =>
        int.Parse(text, CultureInfo.InvariantCulture) is > 0 and var number ? number : throw new FormatException();
}
