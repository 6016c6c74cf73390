namespace Dream.ML;

/// <summary>The backbone of <see cref="Lpips"/>. Values are comparable only under the same one.</summary>
public enum LpipsNetwork
{
    /// <summary>AlexNet in torchvision's layout: the LPIPS authors' choice for measuring.</summary>
    AlexNet,

    /// <summary>VGG-16 in torchvision's layout: what the DREAM paper measures with.</summary>
    Vgg16,
}
