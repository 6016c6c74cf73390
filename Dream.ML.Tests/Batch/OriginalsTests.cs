using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Dream.ML.Batch;
using Dream.ML.IO;
using Dream.ML.Tests.Imaging.Files;
using Dream.ML.Tests.MLNet;
using Microsoft.ML;

namespace Dream.ML.Tests.Batch;

/// <summary>Folders with links, pipes and files of other kinds: no original is replaced, and nothing left out unnamed.</summary>
[TestClass]
public sealed class OriginalsTests
{
    readonly TemporaryFolder _folder = new();
    readonly byte[] _original = MadeFiles.Encode(MadeFiles.Distinct(4, 3));

    [TestInitialize]
    public void WriteInputs()
    {
        _folder.Write("in/a.png", _original);
        _folder.Write("in/one/b.png", _original);
    }

    [TestCleanup]
    public void DeleteFolder() => _folder.Dispose();

    [TestMethod]
    [DataRow("in", "link")]
    [DataRow("link", "in")]
    [DataRow("link", "other/link")]
    [DataRow("in", "in/one/..")]
    public void The_input_folder_holds_no_results_by_whatever_path(string input, string output)
    {
        Directory.CreateSymbolicLink(_folder["link"], _folder["in"]);
        Directory.CreateSymbolicLink(_folder["other"], _folder.ToString());
        foreach (var files in new string[]?[] { null, ["a.png"] })
        {
            var error = Assert.ThrowsExactly<ArgumentException>(() => Run(input, output, files));
            StringAssert.Contains(error.Message, "cannot hold the results");
        }
        AssertUntouched();
    }

    [TestMethod]
    public void Results_below_the_input_through_a_link_are_not_upscaled_again()
    {
        Directory.CreateDirectory(_folder["in/res"]);
        Directory.CreateSymbolicLink(_folder["out"], _folder["in/res"]);
        Assert.AreEqual((2, 0), Count(Run("in", "out")));
        Assert.AreEqual((0, 2), Count(Run("in", "out")));
        Assert.IsFalse(Directory.Exists(_folder["in/res/res"]));
        AssertUntouched();
    }

    [TestMethod]
    public void A_linked_folder_among_the_results_replaces_nothing()
    {
        Directory.CreateDirectory(_folder["out"]);
        Directory.CreateSymbolicLink(_folder["out/one"], _folder["in/one"]);
        foreach (var files in new string[]?[] { null, ["one/b.png"] })
        {
            var failure = Run("in", "out", files, ImageFileFormat.Jpeg).Failures.Single();
            Assert.AreEqual(Path.Combine("one", "b.png"), failure.File);
            StringAssert.Contains(failure.Reason, "would lie among the inputs");
        }
        Assert.HasCount(1, Directory.GetFiles(_folder["in/one"]));
        AssertUntouched();
    }

    [TestMethod]
    public void An_original_behind_a_linked_image_is_not_replaced()
    {
        _folder.Write("elsewhere/c.png", _original);
        File.CreateSymbolicLink(_folder["in/c.png"], _folder["elsewhere/c.png"]);
        var result = Run("in", "elsewhere");
        StringAssert.Contains(result.Failures.Single().Reason, "would replace the input");
        CollectionAssert.AreEqual(_original, File.ReadAllBytes(_folder["elsewhere/c.png"]));
        AssertUntouched();
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    [Timeout(30_000)]
    public void Pipes_and_devices_are_named_neither_read_nor_replaced()
    {
        RegularFileTests.MakePipe(_folder["pipe"]);
        File.CreateSymbolicLink(_folder["in/pipe.png"], _folder["pipe"]);
        File.CreateSymbolicLink(_folder["in/zero.png"], "/dev/zero");
        Directory.CreateDirectory(_folder["out"]);
        RegularFileTests.MakePipe(_folder["out/a.png"]);
        var result = Run("in", "out");
        CollectionAssert.AreEqual(
            new[] { "a.png", "pipe.png", "zero.png" }, result.Failures.Select(failure => failure.File).ToArray());
        Assert.IsTrue(result.Failures.All(failure => failure.Reason.Contains("a pipe", StringComparison.Ordinal)));
        Assert.IsFalse(FileIdentity.Of(_folder["out/a.png"])!.Value.IsRegularFile);

        RegularFileTests.MakePipe(_folder["out/.dream-2-of-2.jsonl"]);
        Run("in", "out");
        File.Delete(_folder["out/.dream-1-of-1.jsonl"]);
        RegularFileTests.MakePipe(_folder["out/.dream-1-of-1.jsonl"]);
        StringAssert.Contains(Assert.ThrowsExactly<IOException>(() => Run("in", "out")).Message, "a pipe");
    }

    [TestMethod]
    public void Images_that_differ_in_letter_case_alone_have_results_of_their_own_or_none()
    {
        _folder.Write("in/A.PNG", MadeFiles.Encode(MadeFiles.Distinct(5, 3)));
        var distinct = Directory.GetFiles(_folder["in"]).Length == 2;
        Assert.AreEqual((distinct ? 3 : 2, 0), Count(Run("in", "out")));
        if (distinct)
            Assert.AreNotEqual(new FileInfo(_folder["out/A.PNG"]).Length, new FileInfo(_folder["out/a.png"]).Length);
    }

    [TestMethod]
    public void A_result_is_called_after_its_own_image_alone()
    {
        Run("in", "out");
        _folder.Write("in/a.jpg", MadeFiles.Encode(MadeFiles.Distinct(9, 9), ImageFileFormat.Jpeg));
        Assert.AreEqual((1, 2), Count(Run("in", "out")));
        Assert.IsTrue(File.Exists(_folder["out/a.png"]));
        Assert.IsTrue(File.Exists(_folder["out/a.jpg.png"]));
    }

    [TestMethod]
    public void Images_that_would_share_a_result_are_refused()
    {
        _folder.Write("in/a.jpg", MadeFiles.Encode(MadeFiles.Distinct(9, 9), ImageFileFormat.Jpeg));
        _folder.Write("in/a.jpg.png", _original);
        var result = Run("in", "out");
        CollectionAssert.AreEqual(
            new[] { "a.jpg", "a.jpg.png" }, result.Failures.Select(failure => failure.File).ToArray());
        StringAssert.Contains(result.Failures[0].Reason, "'a.jpg.png' would also be that of another image");
        Assert.AreEqual((2, 0), Count(result));
    }

    [TestMethod]
    public void What_is_left_out_is_named()
    {
        var jpeg = MadeFiles.Encode(MadeFiles.Distinct(4, 3), ImageFileFormat.Jpeg);
        _folder.Write("in/b.jfif", jpeg);
        _folder.Write("in/f.JPE", jpeg);
        _folder.Write("in/c.tif", [1]);
        _folder.Write("in/one/d.heic", [1]);
        _folder.Write("in/.hidden.heic", [1]);
        Directory.CreateSymbolicLink(_folder["in/link"], _folder["in/one"]);
        var result = Run("in", "out");
        Assert.AreEqual((4, 0), Count(result));
        CollectionAssert.AreEqual(new[] { "c.tif", "link", Path.Combine("one", "d.heic") }, result.LeftOut.ToArray());

        var halves = Enumerable.Range(1, 2).SelectMany(index => Run("in", "shards", shard: new(index, 2)).LeftOut).Order();
        CollectionAssert.AreEqual(result.LeftOut.ToArray(), halves.ToArray());
    }

    [TestMethod]
    public void A_folder_without_images_is_an_error()
    {
        _folder.Write("photos/x.heic", [1]);
        var error = Assert.ThrowsExactly<FileNotFoundException>(() => Run("photos", "out"));
        StringAssert.EndsWith(error.Message, ", only 'x.heic'.");
        Assert.IsFalse(Directory.Exists(_folder["out"]));
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    [SupportedOSPlatform("linux")]
    public void A_locked_folder_is_named()
    {
        _folder.Write("in/locked/c.png", _original);
        const UnixFileMode Open = (UnixFileMode)0b111_101_101;
        foreach (var path in new[] { _folder.ToString(), _folder["in"], _folder["in/one"] })
            File.SetUnixFileMode(path, Open);
        File.SetUnixFileMode(_folder["in/locked"], UnixFileMode.None);
        ImageFolder folder;
        try
        {
            // No mode locks root out: the thread reads files as nobody.
            SetFileUser(65534);
            folder = ImageFolder.Search(_folder["in"], output: null);
        }
        finally
        {
            SetFileUser(Environment.IsPrivilegedProcess ? 0 : -1);
            File.SetUnixFileMode(_folder["in/locked"], Open);
        }
        Assert.AreEqual("locked", folder.Problems.Single().File);
        StringAssert.StartsWith(folder.Problems[0].Reason, "The folder cannot be read: ");
        Assert.HasCount(2, folder.Images);
    }

    void AssertUntouched()
    {
        CollectionAssert.AreEqual(_original, File.ReadAllBytes(_folder["in/a.png"]));
        CollectionAssert.AreEqual(_original, File.ReadAllBytes(_folder["in/one/b.png"]));
    }

    static (int Upscaled, int Skipped) Count(BatchResult result) => (result.Upscaled, result.Skipped);

    BatchResult Run(
        string input, string output, string[]? files = null, ImageFileFormat format = default, BatchShard? shard = null) =>
        new BatchUpscaler(
            new(new MLContext(), "Upscaled", "Image", new NearestUpscaler()),
            new()
            {
                InputFolder = _folder[input],
                OutputFolder = _folder[output],
                Files = files,
                Format = format,
                Shard = shard,
            }).Run();

    [DllImport("libc", EntryPoint = "setfsuid")]
    static extern int SetFileUser(int user);
}
