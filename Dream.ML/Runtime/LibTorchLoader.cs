using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using System.Security.Cryptography;
using TorchSharp;

namespace Dream.ML.Runtime;

/// <summary>
/// Lets TorchSharp's native library load on Linux distributions older than the one it was built on.
/// </summary>
/// <remarks>
/// <c>libLibTorchSharp.so</c> 0.107 asks for the symbol version <c>GLIBCXX_3.4.32</c>, which Debian 12 and Ubuntu 22.04
/// lack. Nothing in the file refers to a symbol of that version, so a copy in which that one need is marked weak works.
/// The copy is made only on Linux, and only after the library itself failed to load.
/// </remarks>
static class LibTorchLoader
{
    const string Shim = "LibTorchSharp";
    const string NewestSymbolVersion = "GLIBCXX_3.4.32";

    const string Library = "libtorch_cpu.so";
    const string FolderVariable = "DREAM_LIBTORCH";

    /// <summary>The folder of a libtorch that is already on the machine, for applications that bring none.</summary>
    internal static string? NamedFolder =>
        Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } folder ? folder : null;

    /// <summary>Refuses a folder without libtorch, and a second libtorch in one process.</summary>
    /// <exception cref="DllNotFoundException">The message says what to change.</exception>
    internal static void RequireUsable(string? folder)
    {
        if (folder is null)
            return;
        if (!File.Exists(Path.Combine(folder, Library)))
            throw new DllNotFoundException(
                $"{FolderVariable} names '{folder}', where there is no {Library}. Name the folder of libtorch 2.10's libraries for Linux (torch/lib of a Python installation, say), or remove the variable.");
        if (Find(Library, Folders()) is { } own)
            throw new DllNotFoundException(
                $"{FolderVariable} names '{folder}', but the application brings a libtorch of its own, '{own}'. Remove the variable or the application's libtorch package.");
    }

    /// <summary>What was done to load libtorch, in words for a person.</summary>
    internal static string Outcome { get; private set; } = "loaded by TorchSharp, unchanged";

    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "The handler must be in place before the first TorchSharp call.")]
    internal static void Register()
    {
        if (!OperatingSystem.IsLinux())
            return;
        var context = AssemblyLoadContext.GetLoadContext(typeof(torch).Assembly) ?? AssemblyLoadContext.Default;
        context.ResolvingUnmanagedDll += (_, name) => name == Shim ? LoadPatchedShim() : 0;
    }

    static nint LoadPatchedShim()
    {
        string[] folders = [.. Folders(), .. NamedFolder is { } named ? [named] : Array.Empty<string>()];
        if (Find($"lib{Shim}.so", folders) is not { } original)
            return 0;

        // The copy lies elsewhere, so the libraries it needs must already be in the process.
        foreach (var name in (string[])["libc10.so", Library, "libtorch.so"])
            if (Find(name, folders) is not { } path || !NativeLibrary.TryLoad(path, out _))
                return 0;

        if (NativeLibrary.TryLoad(original, out var handle))
        {
            Outcome = $"libtorch at '{Path.GetDirectoryName(Find(Library, folders))}'";
            return handle;
        }

        var image = File.ReadAllBytes(original);
        if (!ElfVersionNeeds.TryWeaken(image, NewestSymbolVersion))
            return 0;
        var copy = WriteCopy(image);
        if (!NativeLibrary.TryLoad(copy, out handle))
            return 0;
        Outcome = $"this system's C++ library is older than TorchSharp expects ({NewestSymbolVersion}); loaded an adapted copy, {copy}, on libtorch at {Path.GetDirectoryName(Find(Library, folders))}";
        return handle;
    }

    static string? Find(string fileName, IEnumerable<string> folders) =>
        folders.Select(folder => Path.Combine(folder, fileName)).FirstOrDefault(File.Exists);

    /// <summary>Where the application's own native libraries lie.</summary>
    static IEnumerable<string> Folders()
    {
        var searched = (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        var assembly = Path.GetDirectoryName(typeof(torch).Assembly.Location) ?? AppContext.BaseDirectory;
        return searched
            .Concat([AppContext.BaseDirectory, assembly])
            .SelectMany(folder => (string[])[folder, Path.Combine(folder, "runtimes", RuntimeInformation.RuntimeIdentifier, "native"), Path.Combine(folder, "runtimes", "linux-x64", "native")]);
    }

    static string WriteCopy(byte[] image)
    {
        var name = $"lib{Shim}-{Convert.ToHexStringLower(SHA256.HashData(image))[..16]}.so";
        foreach (var root in (Environment.SpecialFolder[])[Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolder.ApplicationData])
        {
            var folder = Environment.GetFolderPath(root, Environment.SpecialFolderOption.Create);
            if (folder.Length > 0 && TryWrite(Path.Combine(folder, "Dream.ML", "native", name), image, out var path))
                return path;
        }

        // No writable home (a container, a service account): a private folder for this process alone.
        var file = Path.Combine(Directory.CreateTempSubdirectory("dream-ml-").FullName, name);
        File.WriteAllBytes(file, image);
        return file;
    }

    static bool TryWrite(string target, byte[] image, out string path)
    {
        path = target;
        try
        {
            if (File.Exists(target) && File.ReadAllBytes(target).AsSpan().SequenceEqual(image))
                return true;
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            // Other processes may be doing the same: write aside, then rename over.
            var aside = $"{target}.{Environment.ProcessId}.{Guid.NewGuid():N}";
            File.WriteAllBytes(aside, image);
            File.Move(aside, target, overwrite: true);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
