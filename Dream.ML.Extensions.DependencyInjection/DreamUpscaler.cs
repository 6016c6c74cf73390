using Dream.ML.Batch;
using Dream.ML.Imaging.Files;
using Dream.ML.SuperResolution;
using Microsoft.Extensions.Options;
using Microsoft.ML.Data;

namespace Dream.ML.Extensions.DependencyInjection;

sealed class DreamUpscaler(
    DreamSuperResolutionTransformer model, UpscaleQueue queue, IOptions<DreamSuperResolutionServiceOptions> options)
    : IDreamUpscaler
{
    const string InputName = "input";

    readonly ImageLimits _limits = options.Value.Limits;
    readonly ImageFileUpscaler _upscaler = new(model, ImageFileFormat.Png, quality: 100, options.Value.Limits);

    public async Task<MLImage> UpscaleAsync(MLImage image, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(image);
        using var call = queue.Enter();
        return await queue.RunAsync(() => model.Upscale(image, cancellation), cancellation).ConfigureAwait(false);
    }

    public async Task UpscaleAsync(Stream input, Stream output, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(output);
        using var call = queue.Enter();
        // A slow client must not keep others from their turn: it waits beside the work, not in it.
        var file = await ImageFileReader.ReadBytesAsync(input, InputName, _limits, call.Hold, cancellation).ConfigureAwait(false);
        var png = await queue.RunAsync(() => _upscaler.Upscale(file, InputName, cancellation).File, cancellation).ConfigureAwait(false);
        await output.WriteAsync(png, cancellation).ConfigureAwait(false);
    }
}
