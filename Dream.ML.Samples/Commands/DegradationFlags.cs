using System.CommandLine;
using System.CommandLine.Parsing;
using Dream.ML.Imaging.Degradation;

namespace Dream.ML.Samples.Commands;

/// <summary>How low-resolution images are made, as flags of a command: a preset, and what is to differ from it.</summary>
sealed class DegradationFlags
{
    const string Bicubic = "bicubic";
    const string Blind = "blind";

    readonly Option<string> _preset = new("--degradation")
    {
        Description = "What the model learns to undo: bicubic is clean reduction; blind is blur, noise and JPEG as in photos of unknown origin.",
        DefaultValueFactory = _ => Bicubic,
    };
    readonly Option<ReductionKernel?> _kernel = new("--kernel") { Description = "How images are reduced." };
    readonly Option<DegradationRange?> _blur = Range("--blur", "Blur's standard deviation in pixels, 0 to 20.");
    readonly Option<double?> _ringing = Share("--ringing", "Chance that a filter that rings takes the blur's place, 0 to 1.");
    readonly Option<DegradationRange?> _noise = Range("--noise", "Noise's standard deviation in gray levels, 0 to 255.");
    readonly Option<double?> _cameraNoise = Share("--camera-noise", "Chance that noise is a camera's, 0 to 1.");
    readonly Option<DegradationRange?> _jpeg = Range("--jpeg", "JPEG quality, 1 to 100.");
    readonly Option<double?> _stepShare = Share("--step-share", "Chance of each of blur, noise and JPEG to be there, 0 to 1.");
    readonly Option<int?> _stages = new("--stages") { Description = "How often an image goes through all of it, 1 or 2." };
    readonly Option<double?> _secondStage = Share("--second-stage", "Strength of the second stage, 0 to 1.");
    readonly Option<double?> _clean = Share("--clean", "Chance that an image is only reduced, 0 to 1.");
    readonly Option<bool?> _shuffle = new("--shuffle") { Description = "Whether each stage shuffles its steps." };

    internal DegradationFlags(Command command)
    {
        _preset.AcceptOnlyFromAmong(Bicubic, Blind);
        foreach (Option option in new Option[]
        {
            _preset, _kernel, _blur, _ringing, _noise, _cameraNoise, _jpeg, _stepShare, _stages, _secondStage, _clean, _shuffle,
        })
            command.Add(option);
    }

    internal DegradationSettings Settings(ParseResult result)
    {
        var preset = result.GetValue(_preset) == Blind ? DegradationSettings.Blind : DegradationSettings.Bicubic;
        return preset with
        {
            Kernel = result.GetValue(_kernel) ?? preset.Kernel,
            BlurSigma = result.GetValue(_blur) ?? preset.BlurSigma,
            RingingShare = result.GetValue(_ringing) ?? preset.RingingShare,
            NoiseSigma = result.GetValue(_noise) ?? preset.NoiseSigma,
            CameraNoiseShare = result.GetValue(_cameraNoise) ?? preset.CameraNoiseShare,
            JpegQuality = result.GetValue(_jpeg) ?? preset.JpegQuality,
            StepShare = result.GetValue(_stepShare) ?? preset.StepShare,
            Stages = result.GetValue(_stages) ?? preset.Stages,
            SecondStageStrength = result.GetValue(_secondStage) ?? preset.SecondStageStrength,
            CleanShare = result.GetValue(_clean) ?? preset.CleanShare,
            RandomOrder = result.GetValue(_shuffle) ?? preset.RandomOrder,
        };
    }

    static Option<double?> Share(string name, string description) => new(name) { Description = description };

    static Option<DegradationRange?> Range(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "min..max or number",
        CustomParser = ParseRange,
    };

    static DegradationRange? ParseRange(ArgumentResult result)
    {
        var ends = Array.ConvertAll(result.Tokens[0].Value.Split(".."), text =>
            DecimalPoint.TryRead<double>(text, out var number) ? number : (double?)null);
        if (ends is [{ } min, ..] && ends[^1] is { } max && ends.Length <= 2)
            return new(min, max);
        result.AddError($"{((OptionResult)result.Parent!).Option.Name} takes a number or a range such as 0.5..3, not '{result.Tokens[0].Value}'.");
        return null;
    }
}
