namespace Dream.ML.Extensions.DependencyInjection;

/// <summary>A glance at the model file, before anything is loaded.</summary>
static class ModelFile
{
    const int ProbeSize = 9;
    const string Cure =
        "Give a file written by mlContext.Model.Save or by the Save method of the super-resolution transformer.";

    /// <summary>Why a file cannot be a model, as far as a glance tells; <c>null</c> where it may be one.</summary>
    internal static string? Problem(string path)
    {
        if (string.IsNullOrEmpty(path))
            return $"No model file is named. {Cure}";
        if (!File.Exists(path))
            return $"There is no model file '{path}' (that is, '{Path.GetFullPath(path)}'). {Cure}";
        try
        {
            var start = ReadStart(path);
            return MLNet.ModelFile.IsZip(start) || IsSafetensors(start) ? null : $"'{path}' is not a model file. {Cure}";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"The model file '{path}' cannot be read: {e.Message} Allow the service to read it.";
        }
    }

    static byte[] ReadStart(string path)
    {
        using var stream = File.OpenRead(path);
        var start = new byte[ProbeSize];
        return start[..stream.ReadAtLeast(start, ProbeSize, throwOnEndOfStream: false)];
    }

    // Eight bytes of length, then JSON.
    static bool IsSafetensors(byte[] start) => start is [_, _, _, _, _, _, _, _, (byte)'{'];
}
