using Dream.ML.Tests.Networks;

namespace Dream.ML.Tests.Inference;

[TestClass]
public sealed class TilingPlanTests
{
    [TestMethod]
    public void Less_memory_means_smaller_tiles_and_more_of_them()
    {
        var network = new CompactSettings().Traits(4);
        var plans = new[] { 1024, 128, 16 }.Select(megabytes =>
            TilingPlan.Choose(network, Tiny.Sampling(2) with { MemoryBudgetMB = megabytes }, 5000, 300)).ToArray();

        Assert.AreEqual(256, plans[0].TileSide);
        for (var i = 1; i < plans.Length; i++)
        {
            Assert.IsLessThan(plans[i - 1].TileSide, plans[i].TileSide);
            Assert.IsGreaterThan(plans[i - 1].Tiles, plans[i].Tiles);
            Assert.IsLessThan(plans[i - 1].WorkingMB, plans[i].WorkingMB);
        }
        StringAssert.Contains($"{plans[0]}", "40 tiles of up to 256×256 pixels, about ");
    }

    [TestMethod]
    public void The_plan_keeps_to_the_budget_where_it_can()
    {
        var network = new CompactSettings().Traits(4);
        foreach (var megabytes in new[] { 64, 256, 1024 })
        {
            var plan = TilingPlan.Choose(network, Tiny.Sampling(2) with { MemoryBudgetMB = megabytes }, 1024, 1024);
            Assert.IsLessThanOrEqualTo(megabytes + 8 * 16, plan.WorkingMB);
        }
    }

    [TestMethod]
    public void The_lower_budget_is_the_largest_that_gives_smaller_tiles()
    {
        var network = new CompactSettings().Traits(4);
        TilingPlan Plan(int? megabytes) =>
            TilingPlan.Choose(network, Tiny.Sampling(2) with { MemoryBudgetMB = megabytes }, 1024, 1024);
        var plan = Plan(256);
        var lower = plan.LowerBudgetMB!.Value;

        Assert.AreEqual(plan, Plan(lower + 1));
        Assert.IsLessThan(plan.TileSide, Plan(lower).TileSide);
        Assert.IsNull(Plan(16).LowerBudgetMB);
    }

    [TestMethod]
    public void A_very_long_image_has_a_plan()
    {
        var network = new CompactSettings().Traits(2);
        var plan = TilingPlan.Choose(network, Tiny.Sampling(2), 125_000_000, 1);
        Assert.IsLessThanOrEqualTo(16, plan.TileSide);
        Assert.IsGreaterThan(10_000, plan.WorkingMB);
    }

    [TestMethod]
    [DataRow(int.MaxValue, int.MaxValue)]
    [DataRow(int.MaxValue, 1)]
    [DataRow(1, int.MaxValue)]
    public void What_would_be_refused_has_none(int width, int height)
    {
        using var model = Tiny.Model(Tiny.Compact, 2, steps: 2);
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidOperationException>(() => model.Plan(width, height)).Message, "the limit is 400,000,000");
    }

    [TestMethod]
    public void The_memory_does_not_change_the_result()
    {
        using var model = Tiny.Model(Tiny.Compact, 2, steps: 2);
        using var small = model.With(model.Description.Sampling with { MemoryBudgetMB = 16 });
        var image = TestImages.Noise(300, 20);
        CollectionAssert.AreEqual(model.Upscale(image).Rgb, small.Upscale(image).Rgb);
    }

    [TestMethod]
    public void A_budget_out_of_range_is_refused_in_words()
    {
        var refusal = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new SamplingSettings { MemoryBudgetMB = 15 });
        StringAssert.Contains(refusal.Message, "MemoryBudgetMB must be from 16 to 1,000,000");
    }
}
