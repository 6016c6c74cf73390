#:project ../Dream.ML.Models
#:package Microsoft.CodeAnalysis.CSharp.Scripting
#:package SkiaSharp.NativeAssets.Linux.NoDependencies
#:package libtorch-cpu-linux-x64
#:property PublishAot=false

// Runs the notebooks of the current folder for real: run-notebooks.cs [--write] [NAME...]. The source of a notebook is the file-based app
// of the same name, in cells that begin with // %%. An exception fails, and so does a notebook that was not made of its source; text that
// differs from what is committed is shown. --write makes the notebooks anew, with what they show.
using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Scripting;
using Microsoft.CodeAnalysis.Scripting;
using SkiaSharp;

var write = args.Contains("--write");
var names = args.Where(argument => argument != "--write").ToList();
var (passed, failures) = (0, new List<string>());
foreach (var source in Directory.GetFiles(".", "*.cs").Order(StringComparer.Ordinal))
{
    var (name, text) = (Path.GetFileNameWithoutExtension(source), File.ReadAllText(source));
    if (!text.Contains("\n// %%") || (names.Count > 0 && !names.Contains(name)))
        continue;
    var (clock, file, cells) = (Stopwatch.StartNew(), $"{name}.ipynb", Notebook.Cells(text));
    if (await Notebook.Run(cells) is { } error)
    {
        failures.Add($"{file}, {error}");
        continue;
    }
    var notebook = Notebook.ToJson(cells);
    if (write)
        File.WriteAllText(file, notebook);
    else if (!File.Exists(file) || Notebook.WithoutOutputs(File.ReadAllText(file)) != Notebook.WithoutOutputs(notebook))
        failures.Add($"{file} was not made of {name}.cs: run eng/check-notebooks --write");
    else
        Notebook.ShowDifferences(file, File.ReadAllText(file), notebook);
    passed++;
    Console.WriteLine($"{file}: {cells.Count(cell => !cell.IsMarkdown)} cells in {clock.Elapsed.TotalSeconds:0} s, {notebook.Length / 1000} kB");
}
failures.ForEach(Console.Error.WriteLine);
Console.WriteLine($"{passed} notebooks ran, {failures.Count} failed");
return failures.Count == 0 && passed > 0 ? 0 : 1;

/// <summary>A cell, and what it wrote (<see cref="StringBuilder"/>) and displayed (<see cref="DisplayedValue"/>).</summary>
sealed record Cell(bool IsMarkdown, string Source)
{
    internal List<object> Outputs { get; } = [];
}

static partial class Notebook
{
    // What the C# kernel of .NET Interactive imports; the rest must be in the notebook.
    static readonly ScriptOptions Options = ScriptOptions.Default
        .WithReferences(((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path)))
        .WithImports("System", "System.Text", "System.Collections", "System.Collections.Generic", "System.Threading.Tasks", "System.Linq")
        .WithLanguageVersion(LanguageVersion.Latest)
        .WithOptimizationLevel(OptimizationLevel.Release);

    /// <summary>The cells of a file-based app. Its first code also names the packages, which its head names in a comment.</summary>
    internal static List<Cell> Cells(string text)
    {
        var parts = CellStart().Split(text);
        var packages = string.Concat(Package().Matches(parts[0]).Select(package => $"#r \"nuget: {package.Groups[1].Value}, {package.Groups[2].Value}\"\n"));
        List<Cell> cells = [];
        for (var i = 1; i < parts.Length; i += 2)
            if (parts[i].Length > 0)
                cells.Add(new(true, CommentStart().Replace(parts[i + 1], "").Trim()));
            else
            {
                cells.Add(new(false, packages + parts[i + 1].Trim()));
                packages = "";
            }
        return cells;
    }

    /// <summary>Runs the cells one after the other.</summary>
    /// <returns>What went wrong, and in which cell; <c>null</c> if nothing did.</returns>
    internal static async Task<string?> Run(List<Cell> cells)
    {
        var (kernel, console, number) = (new Kernel(), Console.Out, 0);
        ScriptState? state = null;
        Console.SetOut(kernel);
        try
        {
            foreach (var cell in cells.Where(cell => !cell.IsMarkdown))
            {
                (kernel.Outputs, number) = (cell.Outputs, number + 1);
                // The packages are those that this program references.
                var code = PackageReference().Replace(cell.Source, "");
                state = state is null
                    ? await CSharpScript.RunAsync(code, Options, kernel, typeof(Kernel))
                    : await state.ContinueWithAsync(code, Options);
            }
            return null;
        }
        catch (Exception exception)
        {
            return $"cell {number}: {exception}";
        }
        finally
        {
            Console.SetOut(console);
        }
    }

    /// <summary>The file: nbformat 4.5, for the C# kernel of .NET Interactive.</summary>
    internal static string ToJson(List<Cell> cells) => Write(new JsonObject
    {
        ["cells"] = new JsonArray([.. cells.Select((cell, index) => new JsonObject(
            cell.IsMarkdown ? Common(cell, index) : [.. Common(cell, index),
                new("execution_count", cells.Take(index + 1).Count(before => !before.IsMarkdown)),
                new("outputs", new JsonArray([.. cell.Outputs.SelectMany(ToJson)]))]))]),
        ["metadata"] = new JsonObject
        {
            ["kernelspec"] = new JsonObject { ["display_name"] = ".NET (C#)", ["language"] = "C#", ["name"] = ".net-csharp" },
            ["language_info"] = new JsonObject { ["file_extension"] = ".cs", ["mimetype"] = "text/x-csharp", ["name"] = "C#" },
        },
        ["nbformat"] = 4,
        ["nbformat_minor"] = 5,
    });

    internal static string WithoutOutputs(string notebook)
    {
        var json = JsonNode.Parse(notebook)!;
        foreach (var cell in json["cells"]!.AsArray())
            cell!.AsObject().Remove("outputs");
        return Write(json);
    }

    /// <summary>Prints which text differs, apart from times.</summary>
    internal static void ShowDifferences(string file, string committed, string now)
    {
        foreach (var ((before, after), index) in Texts(committed).Zip(Texts(now)).Select((pair, index) => (pair, index)))
            if (!before.SequenceEqual(after))
                Console.WriteLine($"{file}, cell {index + 1} shows other text than the committed one:\n{Marked("- ", before.Except(after))}{Marked("+ ", after.Except(before))}");

        static string Marked(string mark, IEnumerable<string> lines) => string.Concat(lines.Select(line => $"{mark}{line}\n"));
    }

    static KeyValuePair<string, JsonNode?>[] Common(Cell cell, int index) =>
    [
        new("cell_type", cell.IsMarkdown ? "markdown" : "code"),
        new("id", $"cell-{index + 1}"),
        new("metadata", new JsonObject()),
        new("source", Lines(cell.Source)),
    ];

    /// <summary>
    /// Code hosts strip styles, scripts, data addresses and drawings from HTML: what has captions is kept as these and as a picture.
    /// </summary>
    static IEnumerable<JsonNode> ToJson(object output)
    {
        if (output is not DisplayedValue { Html: var html })
            return [Stream($"{output}")];
        var captions = string.Join(" | ", Caption().Matches(html).Select(caption => WebUtility.HtmlDecode(caption.Groups[1].Value)));
        return captions.Length > 0 ? [Stream($"{captions}\n"), Display(Draw(html))] : [Display(("text/html", Lines(html)))];
    }

    static JsonObject Stream(string text) => new() { ["name"] = "stdout", ["output_type"] = "stream", ["text"] = Lines(text) };

    static JsonObject Display((string Type, JsonNode Data) shown) => new()
    {
        ["data"] = new JsonObject { [shown.Type] = shown.Data },
        ["metadata"] = new JsonObject(),
        ["output_type"] = "display_data",
    };

    /// <summary>The pictures in HTML, next to each other; or, if there are none, the paths of a drawing.</summary>
    static (string Type, JsonNode Data) Draw(string html)
    {
        const int gap = 8;
        var photos = DataAddress().Matches(html).Select(match => SKBitmap.Decode(Convert.FromBase64String(match.Groups[1].Value))).ToList();
        var (width, height) = photos.Count > 0
            ? (photos.Sum(photo => photo.Width + gap) - gap, photos.Max(photo => photo.Height))
            : (int.Parse(Size().Match(html).Groups[1].Value), int.Parse(Size().Match(html).Groups[2].Value));
        using var surface = SKSurface.Create(new SKImageInfo(width, height));
        surface.Canvas.Clear(SKColors.White);
        var left = 0;
        foreach (var photo in photos)
        {
            surface.Canvas.DrawBitmap(photo, left, 0);
            left += photo.Width + gap;
        }
        foreach (Match line in Line().Matches(html))
            using (var paint = new SKPaint { Style = SKPaintStyle.Stroke, Color = SKColor.Parse(line.Groups[1].Value), StrokeWidth = 2, IsAntialias = true })
                surface.Canvas.DrawPath(SKPath.ParseSvgPathData(line.Groups[2].Value), paint);
        using var image = surface.Snapshot();
        return photos.Count > 0 ? Encode("image/jpeg", SKEncodedImageFormat.Jpeg) : Encode("image/png", SKEncodedImageFormat.Png);

        (string, JsonNode) Encode(string type, SKEncodedImageFormat format) => (type, Convert.ToBase64String(image.Encode(format, quality: 88).ToArray()));
    }

    static string[][] Texts(string notebook) =>
    [
        .. JsonNode.Parse(notebook)!["cells"]!.AsArray().Where(cell => cell!["outputs"] is not null)
            .Select(cell => cell!["outputs"]!.AsArray().SelectMany(output => output!["text"]?.AsArray() ?? []).Select(line => Time().Replace((string)line!, "…").TrimEnd()).ToArray()),
    ];

    static JsonArray Lines(string text) => [.. LineEnd().Split(text).Where(line => line.Length > 0).Select(line => (JsonNode)line)];

    static string Write(JsonNode json)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new() { Indented = true, IndentSize = 1, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            json.WriteTo(writer);
        return Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }

    [GeneratedRegex(@"^// %%( \[markdown\]|).*\n", RegexOptions.Multiline)]
    private static partial Regex CellStart();

    [GeneratedRegex("^// ?", RegexOptions.Multiline)]
    private static partial Regex CommentStart();

    [GeneratedRegex(@"#:package (\S+)@(\S+)")]
    private static partial Regex Package();

    [GeneratedRegex("^#r \"nuget:.*$", RegexOptions.Multiline)]
    private static partial Regex PackageReference();

    [GeneratedRegex("<figcaption>(.*?)</figcaption>")]
    private static partial Regex Caption();

    [GeneratedRegex("data:image/png;base64,([^\"]+)")]
    private static partial Regex DataAddress();

    [GeneratedRegex("<svg width=\"(\\d+)\" height=\"(\\d+)\"")]
    private static partial Regex Size();

    [GeneratedRegex("<path stroke=\"(#\\w+)\" d=\"([^\"]+)\"")]
    private static partial Regex Line();

    [GeneratedRegex(@"\d+(\.\d+)? (m?s|seconds|images/s)\b|\d\d:\d\d(:\d\d)?")]
    private static partial Regex Time();

    [GeneratedRegex(@"(?<=\n)")]
    private static partial Regex LineEnd();
}

/// <summary>What a cell may call, as in .NET Interactive, and where it writes.</summary>
public sealed class Kernel : TextWriter
{
    public List<object> Outputs { get; set; } = [];

    public override Encoding Encoding => Encoding.UTF8;

    public string HTML(string html) => html;

    public DisplayedValue display(string html)
    {
        var value = new DisplayedValue { Html = html };
        Outputs.Add(value);
        return value;
    }

    public override void Write(char value)
    {
        if (Outputs is not [.., StringBuilder])
            Outputs.Add(new StringBuilder());
        ((StringBuilder)Outputs[^1]).Append(value);
    }
}

/// <summary>What was displayed, and can be replaced in place.</summary>
public sealed class DisplayedValue
{
    public string Html { get; set; } = "";

    public void Update(string html) => Html = html;
}
