using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Spectre.Console;

namespace Dream.ML.Samples.Commands;

/// <summary>
/// Puts libtorch next to the program, which is where applications that reference its package have it too. It is gone when the tool is.
/// </summary>
static class LibTorchInstaller
{
    internal const string Flag = "--install-libtorch";

    internal const string Cure =
        $"Training needs libtorch, which does not come along: 'dream doctor {Flag}' fetches it, once. " +
        "On Linux DREAM_LIBTORCH can name the folder of one that is there already, also of one for NVIDIA GPUs.";

    const string Version = "2.10.0";

    internal static void Install(CancellationToken cancellation)
    {
        var system = OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux";
        var platform = $"{system}-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}";
        var package = $"libtorch-cpu-{platform}";
        // In the same file system, so that files are moved at once.
        var work = Path.Combine(AppContext.BaseDirectory, $".libtorch-{Guid.NewGuid():N}");
        try
        {
            Directory.CreateDirectory(work);
            File.WriteAllText(Path.Combine(work, "fetch.csproj"), $"""
                <Project Sdk="Microsoft.NET.Sdk">
                  <PropertyGroup>
                    <TargetFramework>net10.0</TargetFramework>
                    <CreateHardLinksForPublishFilesIfPossible>true</CreateHardLinksForPublishFilesIfPossible>
                  </PropertyGroup>
                  <ItemGroup>
                    <PackageReference Include="{package}" Version="[{Version}]" />
                  </ItemGroup>
                </Project>
                """);
            AnsiConsole.Status().Start($"Fetching {package} {Version}, more than 100 MB", _ => Publish(work, platform, cancellation));
            // What says that it is there comes last.
            foreach (var file in Directory.GetFiles(Path.Combine(work, "out")).OrderBy(file => Path.GetFileName(file).Contains("torch_cpu", StringComparison.Ordinal)))
                if (!Path.GetFileName(file).StartsWith("fetch.", StringComparison.Ordinal))
                    File.Move(file, Path.Combine(AppContext.BaseDirectory, Path.GetFileName(file)), overwrite: true);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"libtorch belongs next to the program, in '{AppContext.BaseDirectory}', where this user may not write. {e.Message}", e);
        }
        finally
        {
            if (Directory.Exists(work))
                Directory.Delete(work, recursive: true);
        }
    }

    static void Publish(string work, string platform, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo("dotnet", ["publish", "-r", platform, "--no-self-contained", "-o", "out", "--nologo", "-v", "quiet",
            // Nothing that happens to lie above the folder has a say.
            "-p:ImportDirectoryBuildProps=false", "-p:ImportDirectoryBuildTargets=false", "-p:ImportDirectoryPackagesProps=false"])
        {
            WorkingDirectory = work,
            RedirectStandardOutput = true,
            // A property for MSBuild: whose NuGet sources count.
            Environment = { ["RestoreRootConfigDirectory"] = Environment.CurrentDirectory },
        };
        try
        {
            using var process = Process.Start(start)!;
            using var stop = cancellation.Register(() => process.Kill(entireProcessTree: true));
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            cancellation.ThrowIfCancellationRequested();
            if (process.ExitCode != 0)
                throw new IOException($"libtorch {Version} for {platform} could not be fetched. dotnet says:\n{output.Trim()}");
        }
        catch (Win32Exception e)
        {
            throw new IOException($"The .NET SDK fetches libtorch, and there is no 'dotnet' to start: {e.Message}", e);
        }
    }
}
