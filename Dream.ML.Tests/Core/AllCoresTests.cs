using Dream.ML.Core;

namespace Dream.ML.Tests.Core;

[TestClass]
public sealed class AllCoresTests
{
    [TestMethod]
    public void Every_number_comes_once()
    {
        var (one, ranges) = (new int[1000], new int[1000]);
        AllCores.For(1000, i => one[i]++);
        AllCores.ForRanges(1000, (first, end) =>
        {
            for (var i = first; i < end; i++)
                ranges[i]++;
        });
        Assert.IsTrue(one.All(count => count == 1));
        Assert.IsTrue(ranges.All(count => count == 1));
    }

    [TestMethod]
    public void A_failure_is_told_by_itself()
    {
        var cause = new InvalidOperationException("the cause");
        Assert.AreSame(cause, Assert.ThrowsExactly<InvalidOperationException>(() => AllCores.For(4, _ => throw cause)));
        Assert.ThrowsExactly<OutOfMemoryException>(
            () => AllCores.ForRanges(4, (_, _) => throw new TaskSchedulerException(new OutOfMemoryException())));
    }
}
