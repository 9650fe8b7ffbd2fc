terraform {
  required_version = ">= 1.3"

  required_providers {
    maas = {
      source = "terraform.local/huaweicloud/maas"
    }
  }
}
