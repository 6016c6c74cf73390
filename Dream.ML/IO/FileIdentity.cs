using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Dream.ML.IO;

/// <summary>
/// What a path leads to once links are followed: the same for every path to one file or folder, whatever links, mounts
/// and letter case it goes by.
/// </summary>
/// <param name="Volume">The device or volume.</param>
/// <param name="Number">The inode or file index on it.</param>
/// <param name="IsRegularFile">Whether it is a file with content: no folder, pipe or device.</param>
readonly partial record struct FileIdentity(ulong Volume, ulong Number, bool IsRegularFile)
{
    /// <summary>Looks a path up, without opening what it leads to.</summary>
    /// <returns><c>null</c> when nothing is there, or nothing that could be read or written.</returns>
    /// <exception cref="IOException">The system does not allow the question.</exception>
    internal static FileIdentity? Of(string path)
    {
        const int NotPermitted = 1;
        path = Path.GetFullPath(path);
        var identity = OperatingSystem.IsWindows() ? OnWindows(path)
            : OperatingSystem.IsMacOS() ? OnMacOS(path)
            : OnLinux(path);
        return identity is null && Marshal.GetLastPInvokeError() == NotPermitted
            ? throw new IOException($"'{path}' cannot be told from other files: {Marshal.GetLastPInvokeErrorMessage()}.")
            : identity;
    }

    static FileIdentity? OnLinux(string path)
    {
        const int CurrentFolder = -100;
        const uint TypeAndNumber = 0x101;
        Span<byte> status = stackalloc byte[256];
        return StatX(CurrentFolder, path, flags: 0, TypeAndNumber, ref status[0]) == 0
            ? new(Read<ulong>(status, 136), Read<ulong>(status, 32), IsRegular(Read<ushort>(status, 28)))
            : null;
    }

    static FileIdentity? OnMacOS(string path)
    {
        Span<byte> status = stackalloc byte[256];
        return (RuntimeInformation.ProcessArchitecture == Architecture.X64
                ? StatX64(path, ref status[0])
                : Stat(path, ref status[0])) == 0
            ? new(Read<uint>(status, 0), Read<ulong>(status, 8), IsRegular(Read<ushort>(status, 4)))
            : null;
    }

    static FileIdentity? OnWindows(string path)
    {
        const int ShareAll = 7, OpenExisting = 3, AlsoFolders = 0x02000000, Folder = 0x10;
        using var handle = CreateFile(path, access: 0, ShareAll, 0, OpenExisting, AlsoFolders, 0);
        Span<byte> status = stackalloc byte[52];
        return handle.IsInvalid ? null
            // Pipes and devices have no such information.
            : !GetFileInformationByHandle(handle, ref status[0]) ? default(FileIdentity)
            : new(Read<uint>(status, 28), Read<ulong>(status, 44), (Read<uint>(status, 0) & Folder) == 0);
    }

    static bool IsRegular(ushort mode) => (mode & 0xF000) == 0x8000;

    static T Read<T>(ReadOnlySpan<byte> status, int offset)
        where T : struct => MemoryMarshal.Read<T>(status[offset..]);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatX(int folder, string path, int flags, uint mask, ref byte status);

    [LibraryImport("libc", EntryPoint = "stat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Stat(string path, ref byte status);

    [LibraryImport("libc", EntryPoint = "stat$INODE64", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatX64(string path, ref byte status);

    [LibraryImport("kernel32", EntryPoint = "CreateFileW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    private static partial SafeFileHandle CreateFile(
        string path, uint access, uint share, nint security, uint disposition, uint flags, nint template);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool GetFileInformationByHandle(SafeFileHandle file, ref byte status);
}
