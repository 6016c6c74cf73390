using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Dream.ML.Tests;

/// <summary>
/// What the readme and the pages in docs show compiles as a program of its own. What a piece of code takes for granted stands
/// before it in a comment that readers do not see: <c>&lt;!-- given: var ml = new MLContext(); --&gt;</c>.
/// </summary>
[TestClass]
public sealed partial class DocumentationTests
{
    // What the SDK gives every program, and the second line every web application.
    const string Usings = """
        global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; global using System.Net.Http; global using System.Threading; global using System.Threading.Tasks;
        global using System.Net.Http.Json; global using Microsoft.AspNetCore.Builder; global using Microsoft.AspNetCore.Hosting; global using Microsoft.AspNetCore.Http; global using Microsoft.AspNetCore.Routing; global using Microsoft.Extensions.Configuration; global using Microsoft.Extensions.DependencyInjection; global using Microsoft.Extensions.Hosting; global using Microsoft.Extensions.Logging;
        """;

    internal static readonly string Root = FindRoot();
    static readonly Lazy<MetadataReference[]> References = new(() =>
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Concat(AspNetCore())
            .DistinctBy(Path.GetFileName).Select(path => MetadataReference.CreateFromFile(path)),
    ]);

    // Pages about clusters are compiled with the tests of clusters, for Orleans is no part of these.
    static readonly bool HasOrleans = File.Exists(Path.Combine(AppContext.BaseDirectory, "Dream.ML.Orleans.dll"));

    public static IEnumerable<object[]> Pages => Directory.EnumerateFiles(Root, "*readme.md", new EnumerationOptions { MatchCasing = MatchCasing.CaseInsensitive })
        .Concat(Directory.EnumerateDirectories(Root, "Dream.ML*").SelectMany(folder => Directory.EnumerateFiles(folder, "package-readme.md")))
        .Concat(Directory.EnumerateFiles(Path.Combine(Root, "docs"), "*.md", SearchOption.AllDirectories))
        .Order(StringComparer.Ordinal)
        .Select(page => new object[] { Path.GetRelativePath(Root, page) });

    [TestMethod]
    [DynamicData(nameof(Pages))]
    public void The_code_of_a_page_compiles(string page)
    {
        var content = File.ReadAllText(Path.Combine(Root, page));
        if (content.Contains("using Dream.ML.Orleans;", StringComparison.Ordinal) != HasOrleans)
            return;
        foreach (Match code in Code().Matches(content))
        {
            var (given, text) = (code.Groups["given"].Value, code.Groups["code"].Value);
            // Usings come first in a file.
            var usings = string.Join('\n', text.Split('\n').TakeWhile(line => line.StartsWith("using ", StringComparison.Ordinal) && line.EndsWith(';') && !line.Contains('=')));
            var compilation = CSharpCompilation.Create(
                "Page", [CSharpSyntaxTree.ParseText(Usings), CSharpSyntaxTree.ParseText($"{usings}\n{given}\n{text[usings.Length..]}")], References.Value,
                new(OutputKind.ConsoleApplication));
            var errors = compilation.GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).ToList();
            Assert.IsEmpty(errors, $"{page}:\n{string.Join('\n', errors)}\n\n{text}");
        }
    }

    [TestMethod]
    [DynamicData(nameof(Pages))]
    public void The_links_of_a_page_lead_somewhere(string page)
    {
        foreach (Match link in Link().Matches(File.ReadAllText(Path.Combine(Root, page))))
        {
            var target = link.Groups["target"].Value;
            if (target.Contains(':'))
                continue;
            var (file, anchor) = target.Split('#') is [var name, var heading] ? (name, heading) : (target, "");
            var path = Path.Combine(Root, file.Length == 0 ? page : Path.Combine(Path.GetDirectoryName(page)!, file));
            Assert.IsTrue(Path.Exists(path) && (anchor.Length == 0 || Anchors(path).Contains(anchor)), $"{page} links to '{target}'");
        }
    }

    [TestMethod]
    public void The_messages_of_the_troubleshooting_page_are_those_of_the_code()
    {
        // Texts that are written over several lines are one.
        var code = string.Concat(Directory.EnumerateDirectories(Root, "Dream.ML*").Where(folder => !folder.EndsWith("Tests", StringComparison.Ordinal))
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*.*", SearchOption.AllDirectories))
            .Where(file => Path.GetExtension(file) is ".cs" or ".js" && !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}"))
            .Select(file => Concatenation().Replace(File.ReadAllText(file), "")));
        var page = File.ReadLines(Path.Combine(Root, "docs", "troubleshooting.md")).SkipWhile(line => !line.StartsWith("| message", StringComparison.Ordinal));
        var unknown = page.Where(line => line.StartsWith("| `", StringComparison.Ordinal) && !line.Contains("`EmptyInput`", StringComparison.Ordinal))
            .SelectMany(line => Quoted().Matches(line.Split(" | ")[0])).SelectMany(quoted => Placeholder().Split(quoted.Groups["text"].Value))
            .Where(part => part.Trim().Length > 8 && !code.Contains(part.Trim(), StringComparison.Ordinal)).ToList();
        Assert.IsEmpty(unknown, string.Join('\n', unknown));
    }

    [TestMethod]
    public void The_site_lists_every_page()
    {
        var docs = Path.Combine(Root, "docs");
        var listed = File.ReadAllText(Path.Combine(docs, "toc.yml"));
        var missing = Directory.EnumerateFiles(docs, "*.md", SearchOption.AllDirectories)
            .Select(page => Path.GetRelativePath(docs, page).Replace('\\', '/'))
            .Where(page => page != "index.md" && !listed.Contains($"href: {page}\n", StringComparison.Ordinal));
        Assert.IsEmpty(missing.ToArray(), string.Join(", ", missing));
    }

    [TestMethod]
    public void The_readme_is_short() =>
        Assert.IsLessThanOrEqualTo(130, File.ReadLines(Path.Combine(Root, "README.md")).Count());

    // As GitHub and docfx name them.
    static IEnumerable<string> Anchors(string path) =>
        File.ReadLines(path).Where(line => line.StartsWith('#')).Select(line =>
            NoAnchor().Replace(line.TrimStart('#').Trim().ToLowerInvariant(), "").Replace(' ', '-'));

    static IEnumerable<string> AspNetCore()
    {
        var runtime = new DirectoryInfo(Path.GetDirectoryName(typeof(object).Assembly.Location)!);
        return Directory.EnumerateFiles(
            Path.Combine(runtime.Parent!.Parent!.FullName, "Microsoft.AspNetCore.App", runtime.Name), "*.dll");
    }

    static string FindRoot()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "Dream.sln")))
            root = root.Parent!;
        return root.FullName;
    }

    [GeneratedRegex(@"(<!-- given: (?<given>.*?)-->\s*)?^```csharp\n(?<code>.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Code();

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("\"\\s*\\+\\s*\\$?\"")]
    private static partial Regex Concatenation();

    [GeneratedRegex("`(?<text>[^`]+)`")]
    private static partial Regex Quoted();

    // What a message fills in.
    [GeneratedRegex(@"…|'[^']*'|\d[\d,.×]*|\b(?:Device|ValidationSets|PatchSize|BatchSize|DREAM_LIBTORCH|Network must be)\b")]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NoAnchor();
}
