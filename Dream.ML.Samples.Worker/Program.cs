using Dream.ML.Extensions.DependencyInjection;

namespace Dream.ML.Samples.Worker;

/// <summary>Upscales the pictures that arrive in a folder, for as long as it runs.</summary>
public static class Program
{
    static void Main(string[] args) => CreateHost(args).Run();

    /// <summary>The host, configured by appsettings.json, environment variables and arguments.</summary>
    public static IHost CreateHost(string[] args)
    {
        var builder = Host.CreateApplicationBuilder(args);
        builder.Services.AddDreamSuperResolution(builder.Configuration.GetSection("Dream"));
        builder.Services.PostConfigure<DreamSuperResolutionServiceOptions>(options =>
            options.Model = options.ModelPath.Length > 0 ? null : DreamModels.Photo4xReal);
        builder.Services.AddOptionsWithValidateOnStart<FolderOptions>()
            .BindConfiguration("Folders")
            .Validate(options => options.Inbox.Length > 0 && options.Outbox.Length > 0 && Path.GetFullPath(options.Inbox) != Path.GetFullPath(options.Outbox),
                "Folders:Inbox and Folders:Outbox must be two folders; results in the inbox would be upscaled again.")
            .Validate(options => options.PollInterval > TimeSpan.Zero, "Folders:PollInterval must be positive, such as 00:00:02.");
        builder.Services.AddHostedService<FolderWorker>();
        return builder.Build();
    }
}
