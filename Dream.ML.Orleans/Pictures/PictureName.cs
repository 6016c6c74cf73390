using Dream.ML.Batch;

namespace Dream.ML.Orleans.Pictures;

/// <summary>What pictures are called: by their paths below a folder, with slashes, or by URIs.</summary>
static class PictureName
{
    /// <summary>The name that a listing means.</summary>
    /// <exception cref="ArgumentException">It leads out of the folder that it is said to be in.</exception>
    internal static string Normalize(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (IsUri(name))
            return name;
        var normal = OperatingSystem.IsWindows() ? name.Replace('\\', '/') : name;
        if (Path.IsPathRooted(name) || normal.Contains('\0') || normal.Split('/').Any(part => part is "" or "." or ".."))
            throw new ArgumentException($"'{name}' is no path below the job's Input. Name pictures such as 'a.jpg' or 'holidays/b.jpg'.");
        return normal;
    }

    /// <summary>The name of a picture's result.</summary>
    internal static string Result(string name, string extension) => BatchItem.ResultOf(
        IsUri(name) && new Uri(name) is var uri ? $"{uri.Host}{uri.AbsolutePath}" : name, extension);

    static bool IsUri(string name) => name.Contains("://", StringComparison.Ordinal) && Uri.TryCreate(name, UriKind.Absolute, out _);
}
