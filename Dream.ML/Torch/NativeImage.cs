using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Dream.ML.Torch;

/// <summary>Loads a Linux library that is in memory, and leaves no file behind.</summary>
[SupportedOSPlatform("linux")]
static partial class NativeImage
{
    const uint CloseOnExecute = 1; // MFD_CLOEXEC

    /// <summary>Loads it from a file in memory or, where the system forbids that, from the first folder that allows it.</summary>
    /// <exception cref="DllNotFoundException">Nothing can hold it; the message tells the cause for each.</exception>
    internal static nint Load(byte[] image, string name, IEnumerable<string> folders)
    {
        List<string> causes = [];
        if (Attempt("memory", () => LoadFromMemory(image, name)) is { } loaded)
            return loaded;
        foreach (var folder in folders.Where(Directory.Exists).Distinct())
            if (Attempt($"'{folder}'", () => LoadFrom(folder, image, name)) is { } handle)
                return handle;
        throw new DllNotFoundException($"An adapted copy of {name} could be loaded from nowhere: {string.Join("; ", causes)}.");

        nint? Attempt(string place, Func<nint> load)
        {
            try
            {
                return load();
            }
            catch (Exception e) when (e is DllNotFoundException or IOException or UnauthorizedAccessException)
            {
                causes.Add($"{place} ({LibTorchLoader.Reason(e)})");
                return null;
            }
        }
    }

    static nint LoadFromMemory(byte[] image, string name)
    {
        // Open for as long as the process lives: the linker would take a later file of the same number for this one.
        var file = new SafeFileHandle(CreateInMemory(name, CloseOnExecute), ownsHandle: false);
        if (file.IsInvalid)
            throw new IOException(Marshal.GetLastPInvokeErrorMessage());
        RandomAccess.Write(file, image, 0);
        return NativeLibrary.Load($"/proc/self/fd/{file.DangerousGetHandle()}");
    }

    /// <summary>From a file that is this user's alone and that is deleted at once: what is loaded needs no name.</summary>
    internal static nint LoadFrom(string folder, byte[] image, string name)
    {
        var path = Path.Combine(folder, $".{Guid.NewGuid():N}-{name}");
        try
        {
            using (var file = new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            }))
                file.Write(image);
            return NativeLibrary.Load(path);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [LibraryImport("libc", EntryPoint = "memfd_create", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int CreateInMemory(string name, uint flags);
}
