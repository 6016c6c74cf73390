/// <summary>
/// What C# notebooks offer every cell, for file-based apps: what is displayed becomes a page in the folder out.
/// </summary>
static class Cells
{
    static readonly string Page = Path.Combine("out", $"{AppDomain.CurrentDomain.FriendlyName}.html");
    static readonly List<DisplayedValue> Displayed = [];

    public static string HTML(string html) => html;

    public static DisplayedValue display(string html)
    {
        var value = new DisplayedValue();
        Displayed.Add(value);
        value.Update(html);
        if (Displayed.Count == 1)
            Console.WriteLine($"Pictures: {Path.GetFullPath(Page)}");
        return value;
    }

    public sealed class DisplayedValue
    {
        string _html = "";

        public void Update(string html)
        {
            _html = html;
            Directory.CreateDirectory(Path.GetDirectoryName(Page)!);
            File.WriteAllLines(Page, Displayed.Select(value => value._html).Prepend("<!doctype html><meta charset=\"utf-8\">"));
        }
    }
}
