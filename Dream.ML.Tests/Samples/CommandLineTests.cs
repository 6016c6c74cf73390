using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Dream.ML.Imaging.Files;
using Dream.ML.Tests.Imaging.Files;
using Dream.ML.Tests.Networks;
using Microsoft.ML;

namespace Dream.ML.Tests.Samples;

/// <summary>The command line in a process of its own, as its users run it.</summary>
[TestClass]
public sealed class CommandLineTests
{
    static readonly TemporaryFolder Folder = new();

    // It is built beside the tests.
    static readonly string Program = Path.Combine(AppContext.BaseDirectory.Replace("Dream.ML.Tests", "Dream.ML.Samples"), "dream.dll");

    [ClassInitialize]
    public static void WriteModelAndImages(TestContext context)
    {
        var ml = new MLContext();
        using var model = new DreamSuperResolutionTransformer(
            ml, "Upscaled", "Image", Tiny.Model(Tiny.Compact, scale: 2, steps: 1));
        ml.Model.Save(model, ml.Data.LoadFromEnumerable([new { Path = "" }]).Schema, Folder["m.zip"]);
        using var holes = new DreamSuperResolutionTransformer(
            ml, "Filled", "Image", Tiny.Model(Tiny.Compact.WithMask(true), scale: 1, steps: 1), "Mask");
        ml.Model.Save(holes, null, Folder["holes.zip"]);
        Folder.Write("in/a.png", MadeFiles.Encode(MadeFiles.Distinct(8, 6)));
        Folder.Write("larger/a.png", MadeFiles.Encode(MadeFiles.Distinct(32, 32)));
        Folder.Write("heic/x.heic", [1]);
    }

    [ClassCleanup]
    public static void DeleteFolder() => Folder.Dispose();

    [TestMethod]
    // A decimal comma is no digit separator, and no number of another kind either.
    [DataRow("--output-scale takes a number such as 0.5, not '1,5'.", "upscale in -n m.zip -o out --output-scale 1,5")]
    [DataRow("--detail takes a number such as 0.5, not '0,1'.", "upscale in -n m.zip -o out --detail 0,1")]
    [DataRow("--detail takes a number such as 0.5, not 'NaN'.", "upscale in -n m.zip -o out --detail NaN")]
    [DataRow("--width takes a whole number such as 4, not '1,000'.", "upscale in -n m.zip -o out --width 1,000")]
    [DataRow("--learning-rate takes a number such as 0.5, not '0,001'.", "train in --learning-rate 0,001")]
    [DataRow("--weight-decay takes a number such as 0.5, not '0,1'.", "train in --weight-decay 0,1")]
    [DataRow("--steps takes a whole number such as 4, not '1,5'.", "--steps 1,5")]
    [DataRow("--dream-power takes a number or inf, not '0,5'.", "train in --dream-power 0,5")]
    [DataRow("There is no file or folder 'nothere.png'.", "upscale nothere.png -n m.zip -o out")]
    [DataRow("'out.gif' is called like no PNG, JPEG or WebP file.", "upscale in/a.png -n m.zip -o out.gif")]
    [DataRow("'out.png' is not called like a Jpeg file.", "upscale in/a.png -n m.zip -o out.png --format jpeg")]
    [DataRow("--shard needs a folder for the results", "upscale in/a.png -n m.zip -o out.png --shard 1/2")]
    [DataRow("'in' is a folder: --output must name a folder too", "upscale in -n m.zip -o out.png")]
    [DataRow("--blur takes a number or a range such as 0.5..3, not '0,5..3'.", "train in --blur 0,5..3")]
    [DataRow("--steps must be from 1 to 100,000,000.", "--steps 0")]
    [DataRow("--learning-rate must be above 0 and at most 1.", "train in --learning-rate 2")]
    [DataRow("--blur must be a range within 0 to 20.", "train in --blur 0..30")]
    [DataRow("--sampler: 'Euler' is no sampler", "train in --sampler Euler")]
    [DataRow("--memory takes 16 to 1,000,000.", "upscale in -n m.zip -o out --memory 2")]
    [DataRow("--detail takes 0 to 1.", "upscale in -n m.zip -o out --detail 5")]
    [DataRow("--quality takes 1 to 100.", "upscale in -n m.zip -o out --quality 0")]
    [DataRow("There is no model 'nothere'. Give a model file, or a ready-made model: photo-4x-real", "upscale in -n nothere")]
    [DataRow("There is no model 'nothere'.", "compare nothere in")]
    [DataRow("There is no model 'nothere'.", "train in --from nothere")]
    [DataRow("--port takes 0 to 65535.", "serve --port 70000")]
    [DataRow("--host takes localhost or an IP address, not 'nowhere'.", "serve --host nowhere")]
    [DataRow("There is no model 'nothere'.", "serve --model nothere")]
    [DataRow("--onnxruntime-web: there is no file 'in/ort.wasm.min.mjs'.", "serve --onnxruntime-web in")]
    [DataRow("'--wdith=4'", "upscale in -n m.zip -o out --wdith=4")]
    [DataRow("-s takes a number such as 0.5, not '1,5'.", "upscale in -n m.zip -o out -s 1,5")]
    [DataRow("--scale takes 0.01 to 100.", "upscale in -n m.zip -o out -s 0")]
    [DataRow("Give --scale, or --width and --height, not both.", "upscale in -n m.zip -o out -s 2 --width 4")]
    [DataRow("Give 'in' or --input 'heic', not both.", "upscale in -i heic -n m.zip -o out")]
    [DataRow("Give an image file, or a folder of images.", "upscale -n m.zip -o out")]
    [DataRow("--format takes png, jpg or webp, not 'gif'.", "upscale in -n m.zip -o out -f gif")]
    [DataRow("'out.png' is not called like a Jpeg file.", "upscale -i in/a.png -n m.zip -o out.png -f jpg")]
    [DataRow("Unrecognized command or argument 'upscael'.", "upscael in")]
    [DataRow("There is no file 'nothere.png'.", "upscale in/a.png -n holes.zip --mask nothere.png")]
    [DataRow("--mask needs a --model that train --scale 1 --degradation holes wrote.", "upscale in/a.png --mask in/a.png")]
    [DataRow("--mask belongs to one image: give a file, and a file for --output too.", "upscale in -n holes.zip --mask in/a.png")]
    [DataRow("--mask belongs to one image: give a file, and a file for --output too.", "upscale in/a.png -n holes.zip --mask in/a.png -o out")]
    [DataRow("--holes must be a range within 0 to 64.", "train in --holes 65")]
    public void A_mistake_is_told_by_name_and_without_the_help(string expected, string arguments)
    {
        var (code, output, errors) = Run(arguments);
        Assert.AreEqual(2, code);
        StringAssert.Contains(errors, expected);
        Assert.IsLessThan(12, (output + errors).Trim().Split('\n').Length, output + errors);
        Assert.DoesNotContain("Usage:", output + errors);
        Assert.IsFalse(Path.Exists(Folder["out"]));
    }

    [TestMethod]
    public void A_file_becomes_a_file()
    {
        var (code, _, errors) = Run("upscale in/a.png -n m.zip -o files/large.jpg");
        Assert.AreEqual(0, code, errors);
        var jpeg = File.ReadAllBytes(Folder["files/large.jpg"]);
        Assert.AreEqual(16, ImageFileReader.Decode(jpeg, "large.jpg", new()).Pixels.Width);
        CollectionAssert.AreEqual(
            new[] { "large.jpg" }, Directory.GetFiles(Folder["files"]).Select(Path.GetFileName).ToArray());

        var original = File.ReadAllBytes(Folder["in/a.png"]);
        File.CreateSymbolicLink(Folder["same.png"], Folder["in/a.png"]);
        (code, _, errors) = Run("upscale in/a.png -n m.zip -o same.png");
        Assert.AreEqual(1, code);
        StringAssert.Contains(errors, "would replace the input");
        CollectionAssert.AreEqual(original, File.ReadAllBytes(Folder["in/a.png"]));

        File.WriteAllText(Folder["kept.png"], "kept");
        (code, var output, errors) = Run("upscale in/a.png -n m.zip -o kept.png --overwrite never");
        Assert.AreEqual(0, code, errors);
        StringAssert.Contains(output, "0 upscaled, 1 finished before");
        Assert.AreEqual("kept", File.ReadAllText(Folder["kept.png"]));
    }

    [TestMethod]
    public void Without_a_model_and_a_name_a_photo_is_upscaled_next_to_itself()
    {
        Folder.Write("bare/a.png", File.ReadAllBytes(Folder["in/a.png"]));
        var (code, output, errors) = Run("upscale bare/a.png");
        Assert.AreEqual(0, code, errors);
        StringAssert.StartsWith(output, "Model photo-4x");
        Assert.AreEqual(32, ImageFileReader.Read(Folder["bare/a-large.png"], new()).Pixels.Width);
        (code, _, errors) = Run("upscale bare/a.png");
        Assert.AreEqual(1, code);
        StringAssert.Contains(errors, "is there already. Give --output a name for the result, or --overwrite always.");
        Assert.AreEqual(0, Run("upscale bare/a.png -n PHOTO-4x-real --overwrite always").Code);

        (code, output, errors) = Run("upscale bare --json");
        Assert.AreEqual(0, code, errors);
        StringAssert.StartsWith(JsonDocument.Parse(output).RootElement.GetProperty("model").GetString(), "photo-4x");
        CollectionAssert.AreEquivalent(new[] { "a.png", "a-large.png" }, Directory.GetFiles(Folder["bare-large"], "*.png").Select(Path.GetFileName).ToArray());
    }

    [TestMethod]
    public void What_training_with_holes_writes_fills_what_a_mask_marks()
    {
        Folder.Write("whole/a.png", MadeFiles.Encode(MadeFiles.Distinct(24, 24)));
        var mask = new RgbImage(24, 24, [.. Enumerable.Range(0, 3 * 24 * 24).Select(i => i / 3 % 24 == 9 ? byte.MaxValue : (byte)0)]);
        Folder.Write("mask.png", MadeFiles.Encode(mask));
        var (code, _, errors) = Run("train whole -o filling.zip --scale 1 --degradation holes --steps 2 --patch 16 --batch 1 --channels 8 --encoder-blocks 1 --denoiser-blocks 1");
        Assert.AreEqual(0, code, errors);
        (code, _, errors) = Run("upscale whole/a.png -n filling.zip --mask mask.png -o filled.png");
        Assert.AreEqual(0, code, errors);
        var (before, after) = (ImageFileReader.Read(Folder["whole/a.png"], new()).Pixels, ImageFileReader.Read(Folder["filled.png"], new()).Pixels);
        for (var i = 0; i < before.Rgb.Length; i++)
            Assert.IsTrue(mask.Rgb[i] > 0 || before.Rgb[i] == after.Rgb[i]);
        CollectionAssert.AreNotEqual(before.Rgb, after.Rgb);
    }

    [TestMethod]
    public void Flags_known_from_other_upscalers_mean_the_same_here()
    {
        var (code, _, errors) = Run("upscale -i in/a.png -o known/a.webp -n m.zip -s 2.5 -f webp");
        Assert.AreEqual(0, code, errors);
        Assert.AreEqual(20, ImageFileReader.Read(Folder["known/a.webp"], new()).Pixels.Width);
        StringAssert.Contains(errors, "the model enlarges 2 times; what is beyond that is interpolated.");
        (code, _, errors) = Run("upscale -i in -o known -n m.zip -f jpg");
        Assert.AreEqual(0, code, errors);
        Assert.AreEqual(16, ImageFileReader.Read(Folder["known/a.png.jpg"], new()).Pixels.Width);
    }

    [TestMethod]
    [DataRow("upscale in -n m.zip -o json --device cpu --memory 64 --seed 7", "output model reason images upscaled skipped failures leftOut")]
    [DataRow("compare m.zip larger -o compared-pictures", "output mean images")]
    [DataRow("evaluate larger larger", "pictures psnr ssim sharpness niqe")]
    [DataRow("export m.zip -o m.onnx", "output")]
    [DataRow("models", "models")]
    [DataRow("doctor", "device threads onnxRuntimeVersion libTorchVersion torchSharpVersion platform loading system dotNet upscaling training")]
    public void A_command_prints_text_or_one_JSON_object_or_nothing(string arguments, string properties)
    {
        var (code, output, errors) = Run($"{arguments} --json");
        Assert.AreEqual(0, code, errors);
        Assert.AreEqual(properties, string.Join(' ', JsonDocument.Parse(output).RootElement.EnumerateObject().Select(property => property.Name)));

        (code, output, errors) = Run($"{arguments} --quiet");
        Assert.AreEqual((0, "", ""), (code, output, errors));

        (code, output, errors) = Run($"{arguments} --quiet --json");
        Assert.AreEqual((0, ""), (code, errors));
        Assert.AreEqual(JsonValueKind.Object, JsonDocument.Parse(output).RootElement.ValueKind);
    }

    [TestMethod]
    public void One_picture_that_fails_does_not_keep_the_others_from_being_done()
    {
        Folder.Write("mixed/a.png", File.ReadAllBytes(Folder["larger/a.png"]));
        Folder.Write("mixed/b.png", [1]);
        var (code, output, errors) = Run("upscale mixed -n m.zip -o mixed-large --json");
        Assert.AreEqual(3, code, errors);
        StringAssert.Contains(errors, "warning: b.png: ");
        var result = JsonDocument.Parse(output).RootElement;
        Assert.AreEqual((1, "b.png"), (result.GetProperty("upscaled").GetInt32(), result.GetProperty("failures")[0].GetProperty("file").GetString()));
        Assert.AreEqual(3, Run("compare m.zip mixed -o mixed-compared").Code);
    }

    [TestMethod]
    [DataRow("dream mod", "models")]
    [DataRow("dream upscale --mod", "--model")]
    [DataRow("dream upscale -n photo-4x-", "photo-4x-real")]
    [DataRow("dream upscale in -f ", "png jpg webp")]
    [DataRow("dream train --network s", "sr3")]
    [DataRow("dream completion ", "bash pwsh zsh")]
    // Nothing of its own: then bash offers file names.
    [DataRow("dream upscale ", "")]
    [DataRow("dream upscale i", "")]
    public void Bash_completes_commands_flags_and_values(string line, string expected)
    {
        var script = $$"""
            dream() { dotnet '{{Program}}' "$@"; }
            eval "$(dream completion bash)"
            [[ $(complete -p dream) == *'-o default'* ]] || exit 1
            COMP_LINE={{$"'{line}'"}} COMP_POINT={{line.Length}} COMP_WORDS=({{line}}) COMP_CWORD={{line.Count(c => c == ' ')}}
            _dream
            echo "${COMPREPLY[@]}"
            """;
        using var bash = Process.Start(new ProcessStartInfo("bash", ["-c", script]) { WorkingDirectory = Folder.ToString(), RedirectStandardOutput = true })!;
        CollectionAssert.AreEquivalent(expected.Split(' '), bash.StandardOutput.ReadToEnd().Trim().Split(' '));
        Assert.IsTrue(bash.WaitForExit(TimeSpan.FromSeconds(60)));
        Assert.AreEqual(0, bash.ExitCode);
    }

    [TestMethod]
    public void The_page_about_the_command_line_has_every_command_and_flag()
    {
        var page = File.ReadAllText(Path.Combine(DocumentationTests.Root, "docs", "command-line.md"));
        var commands = Suggested("dream ").Where(word => char.IsLetter(word[0])).ToList();
        Assert.IsGreaterThanOrEqualTo(9, commands.Count);
        foreach (var word in commands.Concat(commands.Prepend("").SelectMany(command => Suggested($"dream {command} -"))).Distinct())
            Assert.IsTrue(Regex.IsMatch(page, $@"(?<![\w-]){Regex.Escape(word)}(?![\w-])"), word);

        static string[] Suggested(string line) => Run([$"[suggest:{line.Length}]", line]).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    [TestMethod]
    public void Pictures_of_a_comparison_are_no_photos_of_the_next()
    {
        Folder.Write("compared/a.png", MadeFiles.Encode(MadeFiles.Distinct(32, 32)));
        Folder.Write("compared/a.jpg", MadeFiles.Encode(MadeFiles.Distinct(32, 32), ImageFileFormat.Jpeg));
        for (var run = 0; run < 2; run++)
        {
            var (code, _, errors) = Run("compare m.zip compared -o compared/pictures");
            Assert.AreEqual(0, code, errors);
            CollectionAssert.AreEquivalent(
                new[] { "a.jpg.png", "a.png" },
                Directory.GetFileSystemEntries(Folder["compared/pictures"]).Select(Path.GetFileName).ToArray());
        }
    }

    [TestMethod]
    [DataRow("upscale heic -n m.zip -o out", "only 'x.heic'")]
    [DataRow("upscale in -n m.zip -o in --device tpu", "'tpu' is no device")]
    [DataRow("compare m.zip in -o in", "cannot hold the results")]
    [DataRow("train in -o in/a.png --steps 1", "would replace the input")]
    [DataRow("compare m.zip nothere", "There is no file or folder")]
    [DataRow("upscale in/a.png -n holes.zip -o out", "The model fills what a mask marks, and there is no mask.")]
    [DataRow("upscale in/a.png -n m.zip --mask in/a.png -o out.png", "There is a mask, and the model reads none.")]
    [DataRow("upscale larger/a.png -n holes.zip --mask in/a.png -o out.png", "The mask is 8×6, the image 32×32 pixels.")]
    [DataRow("compare holes.zip in -o out", "The model fills what a mask marks, and there is no mask.")]
    [DataRow("serve -n holes.zip", "The model fills what a mask marks, and there is no mask.")]
    [DataRow("train in --degradation holes --patch 16", "Scale must be 1 with a mask column.")]
    public void A_run_without_use_is_an_error(string arguments, string expected)
    {
        var (code, _, errors) = Run(arguments);
        Assert.AreEqual(1, code);
        StringAssert.Contains(errors, expected);
        Assert.IsFalse(Path.Exists(Folder["out"]));
    }

    [TestMethod]
    public void A_training_that_is_terminated_resumes_and_leaves_nothing_but_its_model()
    {
        if (OperatingSystem.IsWindows())
            Assert.Inconclusive("Windows sends no SIGTERM.");
        Folder.Write("photos/a.png", MadeFiles.Encode(MadeFiles.Distinct(24, 24)));
        const string Train = "train photos -o trained/m.zip --channels 8 --encoder-blocks 1 --denoiser-blocks 1 --patch 16 --batch 1 --degradation blind --decay Constant --pretraining 5 --checkpoint-every 2";

        using (var process = Start($"{Train} --steps 10000000".Split(' ')))
        {
            var output = process.StandardOutput.ReadToEndAsync();
            Assert.IsTrue(SpinWait.SpinUntil(() => File.Exists(Folder["trained/m.training/checkpoint.safetensors"]), TimeSpan.FromSeconds(60)));
            Process.Start("kill", ["-TERM", $"{process.Id}"]).WaitForExit();
            var errors = process.StandardError.ReadToEnd();
            Assert.IsTrue(process.WaitForExit(TimeSpan.FromSeconds(60)));
            Assert.AreEqual(130, process.ExitCode, errors);
            StringAssert.Contains(errors, $"The same command resumes from '{Folder["trained/m.training"]}'.");
            StringAssert.Contains(output.Result, "Training on 1 images");
        }
        CollectionAssert.AreEqual(new[] { "m.training" }, Directory.GetFileSystemEntries(Folder["trained"]).Select(Path.GetFileName).ToArray());

        var (code, told, _) = Run($"{Train.Replace("--batch 1", "--batch 2")} --steps 10000001");
        Assert.AreEqual(1, code);
        (code, told, var wrong) = Run(Train.Replace("-o trained/m.zip", "-o trained/n.zip") + " --steps 6");
        Assert.AreEqual(0, code, told + wrong);
        (code, told, wrong) = Run(Train.Replace("-o trained/m.zip", "-o trained/n.safetensors") + " --steps 6");
        Assert.AreEqual(0, code, told + wrong);
        using var alone = DreamSuperResolutionTransformer.Load(new(), Folder["trained/n.safetensors"]);
        Assert.AreEqual(4, alone.Scale);
        CollectionAssert.AreEquivalent(
            new[] { "m.training", "n.safetensors", "n.zip" }, Directory.GetFileSystemEntries(Folder["trained"]).Select(Path.GetFileName).ToArray());
    }

    [TestMethod]
    public void A_model_that_cannot_be_written_is_told_before_training()
    {
        Folder.Write("photos/a.png", MadeFiles.Encode(MadeFiles.Distinct(24, 24)));
        Folder.Write("occupied", [1]);
        var (code, output, errors) = Run("train photos -o occupied/m.zip --patch 16");
        Assert.AreEqual(1, code);
        StringAssert.Contains(errors, "The model cannot be written to '");
        Assert.DoesNotContain("Training on", output);
    }

    static (int Code, string Output, string Errors) Run(string arguments) => Run(arguments.Split(' '));

    static (int Code, string Output, string Errors) Run(string[] arguments)
    {
        using var process = Start(arguments);
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        Assert.IsTrue(process.WaitForExit(TimeSpan.FromSeconds(60)));
        return (process.ExitCode, output, errors.Result);
    }

    static Process Start(params IEnumerable<string> arguments) => Process.Start(new ProcessStartInfo("dotnet", [Program, .. arguments])
    {
        WorkingDirectory = Folder.ToString(),
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;
}
