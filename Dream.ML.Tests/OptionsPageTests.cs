using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Dream.ML.Extensions.DependencyInjection;

namespace Dream.ML.Tests;

/// <summary>docs/options.md has every option, with the default that it really has.</summary>
[TestClass]
public sealed partial class OptionsPageTests
{
    public static IEnumerable<object[]> Types =>
    [
        [new DreamSuperResolutionEstimator.Options { OutputColumnName = "Upscaled" }],
        [new TrainingSettings()],
        [new SamplingSettings()],
        [new CompactSettings()],
        [new ImplicitSettings()],
        [new Sr3Settings()],
        [new DegradationSettings()],
        [new ImageLimits()],
        [new BatchUpscaleOptions { InputFolder = "in", OutputFolder = "out" }],
        [new DreamSuperResolutionServiceOptions()],
        [new UpscaleSettings()],
    ];

    [TestMethod]
    [DynamicData(nameof(Types))]
    public void The_page_names_every_option_and_its_default(object defaults)
    {
        var type = defaults.GetType();
        var name = type.FullName!.Split('.')[^1].Replace('+', '.');
        var expected = type.GetProperties().Where(property => property.CanWrite)
            .Select(property => (property.Name, Text(property, defaults)));
        var actual = Row().Matches(Section(name)).Select(row => (row.Groups["name"].Value, row.Groups["value"].Value));
        CollectionAssert.AreEquivalent(expected.ToArray(), actual.ToArray(),
            $"{name}: {string.Join(", ", expected.Except(actual))} should stand in the page, {string.Join(", ", actual.Except(expected))} should not.");
    }

    static string Section(string type) =>
        File.ReadAllText(Path.Combine(DocumentationTests.Root, "docs", "options.md")).Split("\n## ")
            .Single(section => section.Split('\n')[0].EndsWith($": `{type}`", StringComparison.Ordinal));

    static string Text(PropertyInfo property, object defaults) =>
        property.IsDefined(typeof(RequiredMemberAttribute)) ? "required"
        : property.DeclaringType!.GetProperty($"Default{property.Name}") is { } machine ? machine.Name
        : property.GetValue(defaults) switch
        {
            null => "null",
            "" => "\"\"",
            bool value => value ? "true" : "false",
            CancellationToken => "none",
            DegradationRange range => $"{range.Min} to {range.Max}",
            Enum value => value.ToString(),
            IFormattable value => value.ToString("#,0.######", CultureInfo.InvariantCulture),
            ICollection { Count: 0 } => "none",
            IEnumerable list => string.Join(", ", list.Cast<object>()),
            var value => value.GetType().Name,
        };

    [GeneratedRegex(@"^\| `(?<name>\w+)` \| (?<value>[^|]*) \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
