using Dream.ML.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Dream.ML.Samples.Worker;

/// <summary>Takes picture after picture from the inbox. A stop drops the current one; the next start takes it again.</summary>
public sealed class FolderWorker(IDreamUpscaler upscaler, IOptions<FolderOptions> options, ILogger<FolderWorker> log) : BackgroundService
{
    readonly FolderOptions _folders = options.Value;

    string Done => Path.Combine(_folders.Inbox, "done");

    string Failed => Path.Combine(_folders.Inbox, "failed");

    public override Task StartAsync(CancellationToken cancellation)
    {
        foreach (var folder in new[] { Done, Failed, _folders.Outbox })
            Directory.CreateDirectory(folder);
        return base.StartAsync(cancellation);
    }

    protected override async Task ExecuteAsync(CancellationToken stop)
    {
        var inbox = new Inbox(_folders.Inbox);
        using var timer = new PeriodicTimer(_folders.PollInterval);
        do
        {
            try
            {
                foreach (var file in inbox.CompleteFiles())
                    await UpscaleAsync(file, stop);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                log.LogError("The folders cannot be used; trying again: {Reason}", e.Message);
            }
        }
        while (await timer.WaitForNextTickAsync(stop));
    }

    async Task UpscaleAsync(FileInfo file, CancellationToken stop)
    {
        try
        {
            UpscaledFile result;
            await using (var image = file.Open(FileMode.Open, FileAccess.Read, FileShare.Read))
                result = await upscaler.UpscaleAsync(image, _folders.Settings, stop);
            var extension = "." + result.ContentType["image/".Length..];
            var output = Path.Combine(_folders.Outbox, Path.GetExtension(file.Name) == extension ? file.Name : file.Name + extension);
            Write(output, result.Content);
            file.MoveTo(Path.Combine(Done, file.Name), overwrite: true);
            log.LogInformation("Upscaled {File} to {Output}. {Notes}", file.Name, output, string.Join(' ', result.Notes));
        }
        catch (UpscaleException e) when (e.Reason is not (UpscaleFailure.QueueFull or UpscaleFailure.ModelUnavailable))
        {
            log.LogWarning("{File} cannot be upscaled and moves to {Folder}: {Reason}", file.Name, Failed, e.Message);
            await File.WriteAllTextAsync(Path.Combine(Failed, file.Name + ".txt"), e.Message, CancellationToken.None);
            file.MoveTo(Path.Combine(Failed, file.Name), overwrite: true);
        }
        catch (Exception e) when (e is UpscaleException or IOException or UnauthorizedAccessException)
        {
            // Still being written, a full disk, no permission: nothing is wrong with the picture.
            log.LogWarning("{File} stays in the inbox and is tried again: {Reason}", file.Name, e.Message);
        }
    }

    // Whoever watches the outbox sees the whole file or none.
    static void Write(string path, byte[] content)
    {
        var temporary = Path.Combine(Path.GetDirectoryName(path)!, $".{Path.GetFileName(path)}.tmp");
        File.WriteAllBytes(temporary, content);
        File.Move(temporary, path, overwrite: true);
    }
}
