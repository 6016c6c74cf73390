namespace Dream.ML.Tests;

static class ImageAssert
{
    /// <summary>Asserts one size, samples that differ by one gray level at most, and a share of equal ones.</summary>
    internal static void AreClose(RgbImage expected, RgbImage actual, double equalShare)
    {
        Assert.AreEqual((expected.Width, expected.Height), (actual.Width, actual.Height));
        int equal = 0;
        for (int i = 0; i < expected.Rgb.Length; i++)
        {
            int difference = Math.Abs(expected.Rgb[i] - actual.Rgb[i]);
            Assert.IsLessThanOrEqualTo(1, difference, $"sample {i}: {expected.Rgb[i]} expected, {actual.Rgb[i]} found");
            equal += 1 - difference;
        }
        Assert.IsGreaterThanOrEqualTo(equalShare, (double)equal / expected.Rgb.Length, "share of equal samples");
    }
}
