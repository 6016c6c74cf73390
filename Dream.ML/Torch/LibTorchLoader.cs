using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using System.Runtime.Versioning;
using TorchSharp;

namespace Dream.ML.Torch;

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
    internal const string Shim = "LibTorchSharp";
    const string NewestSymbolVersion = "GLIBCXX_3.4.32";

    const string Library = "libtorch_cpu.so";
    const string FolderVariable = "DREAM_LIBTORCH";

    static readonly Lock Gate = new();
    static nint _shim;

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

    /// <summary>Whether the application's libtorch is one for GPUs, as far as its files tell.</summary>
    internal static bool BringsCuda => ((string[])["libtorch_cuda.so", "torch_cuda.dll"]).Any(name => Find(name, Folders()) is not null);

    /// <summary>What was done to load libtorch, in words for a person.</summary>
    internal static string Outcome { get; private set; } = "loaded by TorchSharp, unchanged";

    /// <summary>Why a libtorch that is there could not be loaded; <c>null</c> where none was found.</summary>
    internal static Exception? Failure { get; private set; }

    /// <summary>Why that failure came about, and what to do.</summary>
    internal static string Explain(Exception failure)
    {
        var reason = Reason(failure);
        // The linker says the same of both.
        var cure = reason.Contains("failed to map", StringComparison.Ordinal)
            ? ". Either the memory that this process may use is too small, or nothing may be executed from that file system (noexec)."
            : "";
        return $"Dream.ML found libtorch, but could not load it: {reason}{cure}";
    }

    /// <summary>The linker's own words, which .NET puts last.</summary>
    internal static string Reason(Exception failure) => failure.Message.TrimEnd().Split('\n')[^1];

    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "The handler must be in place before the first TorchSharp call.")]
    internal static void Register()
    {
        if (!OperatingSystem.IsLinux())
            return;
        var context = AssemblyLoadContext.GetLoadContext(typeof(torch).Assembly) ?? AssemblyLoadContext.Default;
        context.ResolvingUnmanagedDll += TryLoadShim;
    }

    // Asked for again whenever TorchSharp looks for another device: a second copy must not come into the process.
    [SupportedOSPlatform("linux")]
    static nint TryLoadShim(Assembly assembly, string name)
    {
        if (name != Shim)
            return 0;
        lock (Gate)
            try
            {
                if (_shim == 0)
                    _shim = LoadShim();
            }
            catch (Exception e) when (e is DllNotFoundException or BadImageFormatException or IOException or UnauthorizedAccessException)
            {
                Failure = e;
            }
        return _shim;
    }

    [SupportedOSPlatform("linux")]
    static nint LoadShim()
    {
        string[] folders = [.. Folders(), .. NamedFolder is { } named ? [named] : Array.Empty<string>()];
        if (Find($"lib{Shim}.so", folders) is not { } original || Find(Library, folders) is not { } libtorch)
            return 0;

        // The copy lies elsewhere, so the libraries it needs must already be in the process.
        foreach (var name in (string[])["libc10.so", Library, "libtorch.so"])
            if (Find(name, folders) is { } path)
                NativeLibrary.Load(path);

        var place = Path.GetDirectoryName(libtorch);
        if (NativeLibrary.TryLoad(original, out var shim))
        {
            Outcome = $"libtorch at '{place}'";
            return shim;
        }

        var image = File.ReadAllBytes(original);
        if (!ElfVersionNeeds.TryWeaken(image, NewestSymbolVersion))
            return NativeLibrary.Load(original); // throws its own reason
        shim = NativeImage.Load(image, Path.GetFileName(original),
            [Path.GetTempPath(), Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), Path.GetDirectoryName(original)!]);
        Outcome = $"this system's C++ library is older than TorchSharp expects ({NewestSymbolVersion}); loaded an adapted copy of '{original}' on libtorch at '{place}'";
        return shim;
    }

    static string? Find(string fileName, IEnumerable<string> folders) =>
        folders.Select(folder => Path.Combine(folder, fileName)).FirstOrDefault(File.Exists);

    /// <summary>Where the application's own native libraries lie.</summary>
    [SuppressMessage("SingleFile", "IL3000", Justification = "Empty in a single file, where the other folders serve; a plug-in's libraries lie beside it.")]
    static IEnumerable<string> Folders()
    {
        var searched = (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        var assembly = Path.GetDirectoryName(typeof(torch).Assembly.Location) ?? AppContext.BaseDirectory;
        return searched
            .Concat([AppContext.BaseDirectory, assembly])
            .SelectMany(folder => (string[])[folder, Path.Combine(folder, "runtimes", RuntimeInformation.RuntimeIdentifier, "native"), Path.Combine(folder, "runtimes", "linux-x64", "native")]);
    }
}
