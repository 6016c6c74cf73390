using System.Text.RegularExpressions;

namespace Dream.ML.Tests;

/// <summary>How the library is built, read from its source files: see docs/architecture.md.</summary>
[TestClass]
public sealed partial class HouseTests
{
    static readonly string[] TorchRooms = ["Torch/", "Training/", "Networks/", "Diffusion/", "Metrics/Lpips"];

    /// <summary>The files by their paths in the library, without comments and texts.</summary>
    static readonly Lazy<Dictionary<string, string>> Files = new(() => Sources().ToDictionary(
        file => file.Path, file => CommentOrText().Replace(file.Text, "")));

    [TestMethod]
    public void Folders_depend_on_each_other_in_one_direction()
    {
        var (edges, cycles) = (Edges(), new List<string>());
        for (var depth = 1; depth <= 3; depth++)
        {
            var graph = edges.Select(edge => (From: Cut(edge.From, depth), To: Cut(edge.To, depth), edge.Why))
                .Where(edge => edge.From != edge.To).ToLookup(edge => edge.From);
            foreach (var edge in graph.SelectMany(folder => folder).DistinctBy(edge => (edge.From, edge.To)))
                if (Reachable(edge.To).Contains(edge.From))
                    cycles.Add($"{edge.From} → {edge.To} ({edge.Why})");

            HashSet<string> Reachable(string folder)
            {
                HashSet<string> seen = [folder];
                Queue<string> next = new(seen);
                while (next.TryDequeue(out var from))
                    foreach (var (_, to, _) in graph[from])
                        if (seen.Add(to))
                            next.Enqueue(to);
                return seen;
            }
        }
        Assert.IsEmpty(cycles, string.Join('\n', cycles.Distinct()));
    }

    [TestMethod]
    public void Types_of_libtorch_stay_in_their_rooms() =>
        AssertNone(Files.Value.Where(file => Torch().IsMatch(file.Value) && !TorchRooms.Any(room => file.Key.StartsWith(room, StringComparison.Ordinal)))
            .Select(file => file.Key));

    /// <summary>Which folder's files name the types of which other folder. Names that several folders declare are left out.</summary>
    static List<(string From, string To, string Why)> Edges()
    {
        var homes = Files.Value
            .SelectMany(file => Declaration().Matches(file.Value).Select(match => (Type: match.Groups["name"].Value, Home: Folder(file.Key))))
            .Distinct().GroupBy(type => type.Type).Where(type => type.Count() == 1)
            .ToDictionary(type => type.Key, type => type.Single().Home);
        return
        [
            .. from file in Files.Value
               from name in TypeName().Matches(file.Value).Select(match => match.Value).Distinct()
               where homes.ContainsKey(name) && homes[name] != Folder(file.Key)
               select (Folder(file.Key), homes[name], $"{file.Key}: {name}"),
        ];
    }

    static void AssertNone(IEnumerable<string> wrong) => Assert.IsEmpty(wrong.ToArray(), string.Join('\n', wrong));

    static string Folder(string path) => path.Contains('/') ? path[..path.LastIndexOf('/')] : ".";

    static string Cut(string folder, int depth) => string.Join('/', folder.Split('/').Take(depth));

    static IEnumerable<(string Path, string Text)> Sources()
    {
        var library = Library();
        return Directory.EnumerateFiles(library, "*.cs", SearchOption.AllDirectories)
            .Select(path => (Path: Path.GetRelativePath(library, path).Replace('\\', '/'), Text: File.ReadAllText(path)))
            .Where(file => !file.Path.StartsWith("obj/", StringComparison.Ordinal) && !file.Path.StartsWith("bin/", StringComparison.Ordinal));
    }

    static string Library()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Dream.ML", "Dream.ML.csproj")))
                return Path.Combine(folder.FullName, "Dream.ML");
        throw new AssertInconclusiveException("The sources were not found above the tests.");
    }

    [GeneratedRegex("""//.*|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)'""")]
    private static partial Regex CommentOrText();

    [GeneratedRegex(@"^(?:\[.*\]\s*)?(?:(?:public|internal|file|sealed|static|abstract|readonly|partial|ref|unsafe)\s+)*(?:class|record struct|record class|record|struct|interface|enum|delegate\s+[\w<>\[\]?]+)\s+(?<name>\w+)", RegexOptions.Multiline)]
    private static partial Regex Declaration();

    // What is followed by a parenthesis is a method, unless it is made, inherited from or an attribute.
    [GeneratedRegex(@"(?<=new |: |\[)[A-Z]\w*\b|(?<!\.)\b[A-Z]\w*\b(?!\s*\()")]
    private static partial Regex TypeName();

    [GeneratedRegex(@"\bTorchSharp\b|(?<!\.)\bTensor\b(?!\s*[<(])")]
    private static partial Regex Torch();
}
