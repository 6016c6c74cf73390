using System.CommandLine;
using System.CommandLine.Parsing;

namespace Dream.ML.Samples.Commands;

/// <summary>How low-resolution images are made, as flags of a command: a preset, and what is to differ from it.</summary>
sealed class DegradationFlags
{
    const string RangeName = "min..max or number";

    static readonly Dictionary<string, DegradationSettings> Presets = new()
    {
        ["bicubic"] = DegradationSettings.Bicubic,
        ["blind"] = DegradationSettings.Blind,
        ["compression-and-noise"] = DegradationSettings.CompressionAndNoise,
        ["compression"] = DegradationSettings.Compression,
        ["noise"] = DegradationSettings.Noise,
        ["blur"] = DegradationSettings.Blur,
        ["holes"] = DegradationSettings.Holes,
    };

    readonly Option<string> _preset = new Option<string>("--degradation")
    {
        Description = "What the model learns to undo: bicubic is clean reduction, the default; blind is blur, noise and JPEG as in photos of unknown origin; the others are for --scale 1, holes for what upscale --mask fills.",
    }.AcceptOnlyFromAmong([.. Presets.Keys]);
    readonly SettingFlags<DegradationSettings> _settings = new(() => new(), showsDefaults: false)
    {
        { "--kernel", s => s.Kernel, "How images are reduced." },
        { "--blur", s => s.BlurSigma, "Blur's standard deviation in pixels, 0 to 20.", ParseRange, RangeName },
        { "--ringing", s => s.RingingShare, "Chance that a filter that rings takes the blur's place, 0 to 1." },
        { "--noise", s => s.NoiseSigma, "Noise's standard deviation in gray levels, 0 to 255.", ParseRange, RangeName },
        { "--camera-noise", s => s.CameraNoiseShare, "Chance that noise is a camera's, 0 to 1." },
        { "--jpeg", s => s.JpegQuality, "JPEG quality, 1 to 100.", result => ParseRange(result), RangeName },
        { "--step-share", s => s.StepShare, "Chance of each of blur, noise and JPEG to be there, 0 to 1." },
        { "--stages", s => s.Stages, "How often an image goes through all of it, 1 or 2." },
        { "--second-stage", s => s.SecondStageStrength, "Strength of the second stage, 0 to 1." },
        { "--clean", s => s.CleanShare, "Chance that an image is only reduced, 0 to 1." },
        { "--holes", s => s.HoleWidth, "Width in pixels of strokes and spots to fill, 0 to 64.", ParseRange, RangeName },
        { "--shuffle", s => s.RandomOrder, "Whether each stage shuffles its steps." },
    };

    internal IEnumerable<Option> All => [_preset, .. _settings];

    /// <summary>The settings that were given, and for the rest those to start from.</summary>
    internal DegradationSettings Settings(ParseResult result, DegradationSettings start)
    {
        var preset = result.GetValue(_preset) is { } name ? Presets[name] : start;
        return _settings.Apply(result, preset with { });
    }

    static DegradationRange ParseRange(ArgumentResult result)
    {
        var ends = Array.ConvertAll(result.Tokens[0].Value.Split(".."), text =>
            DecimalPoint.TryRead<double>(text, out var number) ? number : (double?)null);
        if (ends is [{ } min, ..] && ends[^1] is { } max && ends.Length <= 2)
            return new(min, max);
        result.AddError($"{((OptionResult)result.Parent!).Option.Name} takes a number or a range such as 0.5..3, not '{result.Tokens[0].Value}'.");
        return default;
    }
}
