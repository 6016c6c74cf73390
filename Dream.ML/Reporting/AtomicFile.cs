namespace Dream.ML.Reporting;

/// <summary>Replaces a file in one step: a reader, or a kill at any moment, finds the old text or the new one.</summary>
static class AtomicFile
{
    internal static void WriteAllText(string path, string text)
    {
        // In the same folder: a rename is atomic only within one file system.
        var temporary = path + ".tmp";
        try
        {
            File.WriteAllText(temporary, text);
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}
