using System.Diagnostics;
using Dream.ML.Imaging.Files;
using Dream.ML.IO;

namespace Dream.ML.Tests.Imaging.Files;

[TestClass]
public sealed class RegularFileTests
{
    readonly TemporaryFolder _folder = new();

    [TestCleanup]
    public void DeleteFolder() => _folder.Dispose();

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    [Timeout(10_000)]
    public void Pipes_and_devices_are_refused_unopened()
    {
        MakePipe(_folder["pipe"]);
        foreach (var target in new[] { _folder["pipe"], "/dev/zero", "/dev/stdin", _folder.ToString() })
        {
            var link = _folder[Guid.NewGuid().ToString()];
            File.CreateSymbolicLink(link, target);
            foreach (var path in new[] { target, link })
            {
                var error = Assert.ThrowsExactly<IOException>(() => ImageFileReader.ReadBytes(path, new()));
                Assert.AreEqual($"'{path}' is a folder, a pipe or a device. Name a file.", error.Message);
            }
            Assert.IsFalse(ImageFileReader.IsTruncated(link));
        }
    }

    [TestMethod]
    public void A_linked_file_is_read_within_the_limit()
    {
        _folder.Write("file", [1, 2, 3]);
        File.CreateSymbolicLink(_folder["link"], "file");
        CollectionAssert.AreEqual(new byte[] { 1, 2, 3 }, ImageFileReader.ReadBytes(_folder["link"], new() { MaxFileBytes = 3 }));
        var error = Assert.ThrowsExactly<ImageFileException>(
            () => ImageFileReader.ReadBytes(_folder["link"], new() { MaxFileBytes = 2 }));
        StringAssert.Contains(error.Message, "3 bytes, more than the 2 allowed");
        File.CreateSymbolicLink(_folder["dead"], "nothing");
        Assert.ThrowsExactly<FileNotFoundException>(() => ImageFileReader.ReadBytes(_folder["dead"], new()));
    }

    [TestMethod]
    public void A_file_is_the_same_by_every_path()
    {
        _folder.Write("photos/a.png", [1]);
        _folder.Write("photos/b.png", [1]);
        Directory.CreateSymbolicLink(_folder["link"], "photos");
        var identity = FileIdentity.Of(_folder["photos/a.png"]);
        Assert.IsTrue(identity!.Value.IsRegularFile);
        Assert.AreEqual(identity, FileIdentity.Of(_folder["link/../link/./a.png"]));
        Assert.AreEqual(FileIdentity.Of(_folder["photos"]), FileIdentity.Of(_folder["link/"]));
        Assert.AreNotEqual(identity, FileIdentity.Of(_folder["photos/b.png"]));
        Assert.IsNull(FileIdentity.Of(_folder["photos/c.png"]));
        Assert.IsNull(FileIdentity.Of(_folder["photos/a.png/d.png"]));
        // Whether letter case matters is the file system's choice.
        Assert.AreEqual(
            File.Exists(_folder["PHOTOS/A.PNG"]), FileIdentity.Of(_folder["PHOTOS/A.PNG"]) == identity);
    }

    internal static void MakePipe(string path)
    {
        using var process = Process.Start("mkfifo", [path]);
        process.WaitForExit();
        Assert.AreEqual(0, process.ExitCode);
    }
}
