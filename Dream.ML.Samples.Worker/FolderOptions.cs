using Dream.ML.Extensions.DependencyInjection;

namespace Dream.ML.Samples.Worker;

/// <summary>Where pictures come from and go to.</summary>
public sealed class FolderOptions
{
    /// <summary>The folder to watch. Finished originals move to <c>done</c> in it, others to <c>failed</c>.</summary>
    public string Inbox { get; set; } = "inbox";

    /// <summary>The folder for the results.</summary>
    public string Outbox { get; set; } = "outbox";

    /// <summary>Time between two looks at the inbox; a file that did not change in between is complete. By default two seconds.</summary>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Size, detail and format of the results.</summary>
    public UpscaleSettings Settings { get; set; } = new();
}
