namespace Dream.ML.Samples.Photos;

/// <summary>
/// A model file that training will write. A place that cannot be written to is found out before hours are spent, and a model
/// whose place is gone afterwards is kept elsewhere.
/// </summary>
sealed class ModelToSave : IDisposable
{
    readonly string _file;
    readonly string _temporary;

    /// <exception cref="IOException">The file cannot be written there.</exception>
    internal ModelToSave(string file)
    {
        _file = Path.GetFullPath(file);
        var folder = Path.GetDirectoryName(_file)!;
        _temporary = Path.Combine(folder, $".{Path.GetFileName(_file)}.{Guid.NewGuid():N}.dream-tmp");
        try
        {
            Directory.CreateDirectory(folder);
            File.Create(_temporary).Dispose();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"The model cannot be written to '{_file}': {e.Message} Name another file with -o.", e);
        }
    }

    /// <summary>The folder beside it in which a training that is stopped is kept, until the model is saved.</summary>
    internal string Workspace => Path.ChangeExtension(_file, ".training");

    /// <summary>Writes the model, and deletes the workspace unless the user named one.</summary>
    /// <param name="write">Writes it.</param>
    /// <param name="workspace">The workspace in use, which takes the model in if its own place does not.</param>
    /// <exception cref="IOException">It was kept elsewhere; the message says where.</exception>
    internal void Save(Action<Stream> write, string workspace)
    {
        try
        {
            WriteTo(_temporary);
            File.Move(_temporary, _file, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            var elsewhere = Path.Combine(workspace, Path.GetFileName(_file));
            WriteTo(elsewhere);
            throw new IOException($"The model could not be written to '{_file}': {e.Message} It is kept as '{elsewhere}'.", e);
        }
        if (workspace == Workspace)
            Directory.Delete(workspace, recursive: true);

        void WriteTo(string path)
        {
            using var stream = File.Create(path);
            write(stream);
        }
    }

    public void Dispose()
    {
        try
        {
            File.Delete(_temporary);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Its folder is gone, or became read-only: nothing more can be done about an empty file.
        }
    }
}
