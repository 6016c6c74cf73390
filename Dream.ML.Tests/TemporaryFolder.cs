namespace Dream.ML.Tests;

/// <summary>A folder of its own for a test, deleted afterwards.</summary>
sealed class TemporaryFolder : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("dream-");

    internal string this[string name] => Path.Combine(_folder.FullName, name);

    internal void Write(string name, byte[] content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(this[name])!);
        File.WriteAllBytes(this[name], content);
    }

    public override string ToString() => _folder.FullName;

    public void Dispose() => _folder.Delete(recursive: true);
}
