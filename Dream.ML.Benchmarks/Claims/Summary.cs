using System.Text;
using Dream.ML.IO;
using Dream.ML.Training.Reporting;

namespace Dream.ML.Benchmarks.Claims;

/// <summary>Writes what the finished runs of a folder say: all numbers, tables and charts.</summary>
static class Summary
{
    internal const string RunExtension = ".run.jsonl";
    internal const string FileOwner = "claims";

    internal static void Write(string folder)
    {
        var all = Directory.EnumerateFiles(folder, "*" + RunExtension).Order(StringComparer.Ordinal)
            .SelectMany(file => new JsonLines<Measurement>(file, ClaimsJson.Default.Measurement).Read())
            .ToList();
        WriteFile("claims.csv", all.Select(run => run.ToCsv()).Prepend(Measurement.CsvHeader));

        var reports = all.GroupBy(run => run.Network)
            .Where(network => network.Any(run => run.Method != Measurement.Bicubic))
            .Select(network => new NetworkReport(network.Key, network))
            .ToList();
        foreach (var (name, svg) in reports.SelectMany(report => report.Charts()))
            WriteFile(name, [svg.ToString()]);
        WriteFile("claims.md", reports.SelectMany(report => report.Lines()));

        void WriteFile(string name, IEnumerable<string> lines) => AtomicFile.Write(
            Path.Combine(folder, name), FileOwner, stream => stream.Write(Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n")));
    }
}
