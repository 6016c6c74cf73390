using Dream.ML.Benchmarks.Workload;
using static TorchSharp.torch;

namespace Dream.ML.Benchmarks.Peers;

/// <summary>Our upscaling beside networks that people use, at their published sizes.</summary>
static class UpscalingPeers
{
    const int Scale = 4;
    const int Sr3Steps = 2000;

    internal static Comparison Compare(int side, int rounds)
    {
        using var scope = NewDisposeScope();
        var image = RandomImage.Create(side, side);
        using var dream = RandomModel.Create(new() { OutputColumnName = "Upscaled", Scale = Scale });
        using var rrdb = Published(new RrdbNet(), 16_697_987);
        using var edsr = Published(new Edsr(), 1_517_571);
        using var sr3 = Published(new Sr3Settings().Create(Scale), 97_807_491);
        using var inference = inference_mode();
        var low = rand(1, 3, side, side);
        var condition = sr3.Encode(low);
        var (noisy, level) = (randn(1, 3, side * Scale, side * Scale), full(1, 0.5));

        return new(
            $"Upscaling {side}×{side} → {side * Scale}×{side * Scale} pixels",
            "All with random weights, which change the pictures and not the time. Dream.ML from bytes to bytes with its default " +
            $"sampling, the others tensor to tensor. SR3 is one measured step of the whole image, times {Sr3Steps:N0}.",
            Race.Run(
            [
                new("Dream.ML, Compact", () => dream.Upscale(image, null, CancellationToken.None)),
                new($"RRDBNet, 23 × 64, as Real-ESRGAN ×4 ({Parameters(rrdb):N0} parameters)", () => rrdb.forward(low).Dispose()),
                new($"EDSR-baseline, 16 × 64 ({Parameters(edsr):N0} parameters)", () => edsr.forward(low).Dispose()),
                new($"SR3, {Sr3Steps:N0} steps ({Parameters(sr3):N0} parameters)", () => sr3.Predict(noisy, level, condition).Dispose(), Sr3Steps),
            ], rounds));
    }

    /// <summary>Makes sure that a network is what it is called.</summary>
    static T Published<T>(T network, long parameters) where T : nn.Module
    {
        network.eval();
        var own = Parameters(network);
        return own == parameters ? network : throw new InvalidOperationException(
            $"{network.GetName()} has {own:N0} parameters instead of the published {parameters:N0}: its time would mean nothing.");
    }

    static long Parameters(nn.Module network) => network.parameters().Sum(parameter => parameter.numel());
}
