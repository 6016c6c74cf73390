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
        if (Find($"lib{Shim}.so") is not { } original)
            return 0;

        // The copy lies elsewhere, so the libraries it needs must already be in the process.
        foreach (var name in (string[])["libc10.so", "libtorch_cpu.so", "libtorch.so"])
            if (Find(name) is not { } path || !NativeLibrary.TryLoad(path, out _))
                return 0;

        if (NativeLibrary.TryLoad(original, out var handle))
            return handle;

        var image = File.ReadAllBytes(original);
        if (!ElfVersionNeeds.TryWeaken(image, NewestSymbolVersion))
            return 0;
        var copy = WriteCopy(image);
        if (!NativeLibrary.TryLoad(copy, out handle))
            return 0;
        Outcome = $"this system's C++ library is older than TorchSharp expects ({NewestSymbolVersion}); loaded an adapted copy, {copy}";
        return handle;
    }

    static string? Find(string fileName)
    {
        var searched = (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        var assembly = Path.GetDirectoryName(typeof(torch).Assembly.Location) ?? AppContext.BaseDirectory;
        return searched
            .Concat([AppContext.BaseDirectory, assembly])
            .SelectMany(folder => (string[])[folder, Path.Combine(folder, "runtimes", RuntimeInformation.RuntimeIdentifier, "native"), Path.Combine(folder, "runtimes", "linux-x64", "native")])
            .Select(folder => Path.Combine(folder, fileName))
            .FirstOrDefault(File.Exists);
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
