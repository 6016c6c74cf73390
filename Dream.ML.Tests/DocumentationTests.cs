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

    static readonly string Root = FindRoot();
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
            if (link.Groups["target"].Value is var target && !target.Contains(':') && target.Split('#')[0] is { Length: > 0 } file)
                Assert.IsTrue(Path.Exists(Path.Combine(Root, Path.GetDirectoryName(page)!, file)), $"{page} links to '{target}'");
    }

    [TestMethod]
    public void The_readme_is_short() =>
        Assert.IsLessThanOrEqualTo(130, File.ReadLines(Path.Combine(Root, "README.md")).Count());

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
}
