using Dream.ML.Orleans.Pictures;

namespace Dream.ML.Orleans.Tests.Pictures;

[TestClass]
public sealed class PictureNameTests
{
    [TestMethod]
    [DataRow("a.png", "a.png")]
    [DataRow("b/a.JPG", "b/a.JPG.png")]
    [DataRow("https://example.org/photos/a.jpg?size=2", "example.org/photos/a.jpg.png")]
    public void Results_are_named_as_on_a_single_machine(string name, string result)
    {
        Assert.AreEqual(name, PictureName.Normalize(name));
        Assert.AreEqual(result, PictureName.Result(name, ".png"));
    }

    [TestMethod]
    [DataRow("../a.png")]
    [DataRow("a//b.png")]
    [DataRow("./a.png")]
    [DataRow("/a.png")]
    [DataRow("a/\0.png")]
    [DataRow(" ")]
    public void A_name_that_leads_elsewhere_is_refused(string name) =>
        Assert.Throws<ArgumentException>(() => PictureName.Normalize(name));
}
