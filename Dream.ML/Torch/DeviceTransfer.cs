using TorchSharp;
using static TorchSharp.torch;

namespace Dream.ML.Torch;

/// <summary>Takes tensors from the CPU to where the network is.</summary>
static class DeviceTransfer
{
    /// <summary>The tensor on that device; on its way to a GPU, nobody waits for it.</summary>
    internal static Tensor MoveTo(this Tensor tensor, Device device)
    {
        if (device.type != DeviceType.CUDA)
            return tensor.to(device);
        // libtorch keeps the pinned memory until the copy is done.
        using var pinned = tensor.pin_memory();
        return pinned.to(device, non_blocking: true);
    }
}
